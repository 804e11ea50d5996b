from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Locator, expect

from tests.pages.test_buying import pay, to_checkout
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

ACCESS_TTL_MS = 11 * 60_000
"""A minute more than an access token lasts."""
CODE = re.compile(r"\b\d{8}\b")
PASSWORD = "a long enough password"


def code_of(visit: Visit) -> str:
    """The code of the next mail that has one: others tell of what was done, maybe in a test before."""
    while not CODE.search((mail := visit.house.run(visit.house.world.mailer.next())).text):
        continue
    return mail.code


def field(visit: Visit, label: str) -> Locator:
    """The field of this label."""
    return visit.page.get_by_label(label, exact=True)


def register(visit: Visit, email: str) -> None:
    """Make an account on its page, and be inside."""
    visit.open("/account")
    visit.button("Make an account").click()
    field(visit, "Name").fill("Ada")
    field(visit, "E-mail").fill(email)
    field(visit, "Password").fill(PASSWORD)
    visit.button("Send me a code").click()
    visit.see("Enter your code")
    field(visit, "Code").fill(code_of(visit))
    visit.button("Confirm").click()
    visit.see("Your orders")


def sign_in(visit: Visit, email: str, password: str = PASSWORD) -> None:
    """Sign in with a password, as far as that goes."""
    visit.open("/account")
    field(visit, "E-mail").fill(email)
    field(visit, "Password").fill(password)
    visit.button("Sign in", exact=True).click()


def test_a_guest_makes_an_account_and_finds_the_order_there(visit: Visit) -> None:
    """What was bought in this browser is the account's; every step is examined."""
    email = f"{visit.scheme}-{visit.width}@example.org"
    event = to_checkout(visit)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    visit.open("/account")
    visit.see("With your password")
    assert [] == visit.examined()
    visit.shot("sign-in", LOOKS)
    register(visit, email)
    order = visit.page.get_by_role("link", name="Quartet")
    expect(order).to_contain_text("Booked · 2 places · €90.00")
    assert [] == visit.examined()
    visit.shot("account", LOOKS)
    order.click()
    visit.see("Booked.")
    visit.enter(event)


def test_wrong_passwords_and_codes_are_said(visits: Visits) -> None:
    """In words, beside the field, and strangers learn nothing else."""
    visit = visits.one()
    sign_in(visit, "nobody@example.org")
    visit.see("The address or the password is wrong.")
    assert [] == visit.examined()
    visit.shot("sign-in-wrong")
    visit.button("Sign in with a code").click()
    visit.button("Send me a code").click()
    expect(visit.page.get_by_role("heading", name="Enter your code")).to_be_focused()
    field(visit, "Code").fill("00000000")
    visit.button("Confirm").click()
    visit.see("The code is wrong, was used, or is too old.")
    assert [] == visit.examined()
    visit.shot("code-wrong")


def test_an_authenticator_is_enrolled_and_asked_for(visits: Visits) -> None:
    """Its key, its first code; from then on the password alone opens nothing."""
    visit, other = visits.one(), visits.one("dark", 390)
    register(visit, "totp@example.org")
    visit.see("Second step: none").click()
    visit.page.locator("#proof").fill(PASSWORD)
    visit.button("Use an authenticator app").click()
    secret = visit.page.locator(".secret").inner_text().replace(" ", "")
    picture = visit.page.get_by_role("img", name="QR code for an authenticator app")
    expect(picture).to_have_js_property("complete", True)
    assert 0 < picture.evaluate("img => img.naturalWidth")
    assert [] == visit.examined()
    visit.shot("authenticator")
    now_s = visit.house.world.clock.now_ms() // 1000
    field(visit, "Code").fill(pyotp.TOTP(secret).at(now_s))
    visit.button("Confirm").click()
    visit.see("Keep them where the app is not")
    recovery = visit.page.locator("ul.secret code")
    expect(recovery).to_have_count(10)
    spare = recovery.first.inner_text()
    assert [] == visit.examined()
    visit.shot("recovery-codes")
    visit.button("I have kept them").click()
    visit.see("Second step: authenticator app").click()
    visit.see("10 recovery codes are left.")
    visit.house.later(30_000)
    sign_in(other, "totp@example.org")
    other.see("Enter the code of your authenticator")
    assert [] == other.examined()
    other.shot("authenticator-asked")
    field(other, "Code").fill(pyotp.TOTP(secret).at(visit.house.world.clock.now_ms() // 1000))
    other.button("Confirm").click()
    other.see("Your orders")
    lost = visits.one()
    sign_in(lost, "totp@example.org")
    lost.see("If the app is lost, enter one of your recovery codes.")
    field(lost, "Code").fill(spare)
    lost.button("Confirm").click()
    lost.see("Your orders")
    # The letter that warns of it has no code, and would be taken for the next test's.
    visit.house.run(visit.house.world.mailer.next())


def test_a_session_is_ended_from_elsewhere(visits: Visits) -> None:
    """The list names both browsers; the one that was ended is a guest again."""
    visit, other = visits.one(), visits.one("dark", 390)
    register(visit, "two@example.org")
    sign_in(other, "two@example.org")
    other.see("Your orders")
    visit.page.reload()
    visit.button("Sign out there").click()
    expect(visit.page.locator('.line button:has-text("Sign out there")')).to_have_count(0)
    other.page.reload()
    other.see("With your password")
    visit.button("Sign out", exact=True).first.click()
    visit.see("With your password")


def test_a_forgotten_password(visits: Visits) -> None:
    """A code and a new password; the old one is worth nothing."""
    visit = visits.one()
    register(visit, "lost@example.org")
    visit.button("Sign out", exact=True).first.click()
    visit.button("Password forgotten").click()
    field(visit, "E-mail").fill("lost@example.org")
    visit.button("Send me a code").click()
    field(visit, "Code").fill(code_of(visit))
    field(visit, "New password").fill("another long password")
    assert [] == visit.examined()
    visit.shot("new-password")
    visit.button("Confirm").click()
    visit.see("Your orders")
    assert "changed" in visit.house.run(visit.house.world.mailer.next()).text


def test_a_token_that_has_run_out_is_replaced(visits: Visits) -> None:
    """Nobody notices: what is held next is the account's all the same."""
    visit = visits.one()
    register(visit, "late@example.org")
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.house.later(ACCESS_TTL_MS)
    visit.pick("HALL", "B", "4")
    visit.held(1)
