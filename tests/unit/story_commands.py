"""The verbs of the stories that `section_world` plays."""

from __future__ import annotations

from collections.abc import Callable

from engine.commands import (
    AnyCommand,
    BlockSeats,
    BookHold,
    BookOrder,
    CancelOrder,
    ExpireHolds,
    ExtendHold,
    GetHold,
    GetOrder,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReduceOrder,
    ReleaseHold,
    SetChannel,
    SetForSale,
    SetPrice,
    SetSale,
    SwapHold,
    UnblockSeats,
    UnpinHold,
    WithParts,
)
from engine.waitlist.commands import (
    AcceptOffer,
    ClaimOffer,
    ConfirmOffer,
    DeclineOffer,
    EndEntry,
    GetEntries,
    GetEntry,
    GetFit,
    GetWaitlist,
    JoinWaitlist,
    LeaveWaitlist,
    ListEntry,
    MoveEntry,
    ReturnEntry,
)
from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish
from tests.unit.part_verbs import part_command


def wish_of(qty: str, options: dict[str, str]) -> Wish:
    """What a line wishes for."""
    return Wish(
        int(qty),
        tuple(filter(None, options.get("categories", "").split(","))),
        int(options["max"]) if "max" in options else None,
        options.get("together") != "no",
        {"yes": True, "no": False}.get(options.get("accessible", "")),
    )


def command_of(  # noqa: C901, PLR0911, PLR0912 - one line a verb is how it reads best
    verb: str, objects: list[str], options: dict[str, str], names: dict[str, str], label: Callable[[str], str]
) -> AnyCommand:
    """The command of one line; `names` are those given so far, `label` completes short ones."""
    labels = tuple(label(each) for each in objects)
    first = names.get(objects[0], objects[0]) if objects else ""
    into = names.get(options.get("into", ""), options.get("into"))
    types = {
        label(pair.split(":")[0]): pair.split(":")[1] for pair in options.get("types", "").split(",") if pair
    }
    match verb:
        case "hold":
            return HoldSeats(labels, types, into)
        case "best":
            return HoldBest(
                int(first),
                tuple(filter(None, options.get("categories", "").split(","))),
                options.get("adjacent") != "no",
                {"yes": True, "no": False}.get(options.get("accessible", "")),
                int(options["max"]) if "max" in options else None,
                types,
                into,
            )
        case "places":
            return HoldPlaces(objects[0], int(objects[1]), options.get("type"), into)
        case "release":
            return ReleaseHold(first, labels[1:] or None)
        case "give":
            return ReleaseHold(first, labels[1:])
        case "extend":
            return ExtendHold(first)
        case "swap":
            cut = objects.index("for")
            return SwapHold(first, labels[1:cut], labels[cut + 1 :], types)
        case "pin":
            return PinHold(first)
        case "unpin":
            return UnpinHold(first)
        case "book":
            return BookOrder(first)
        case "buy":
            return BookHold(first)
        case "cancel":
            return CancelOrder(first)
        case "reduce":
            return ReduceOrder(first, labels[1:])
        case "block":
            return BlockSeats(labels)
        case "unblock":
            return UnblockSeats(labels)
        case "sell":
            return SetForSale(labels, True)
        case "unsell":
            return SetForSale(labels, False)
        case "reserve":
            return SetChannel(labels, options.get("channel"))
        case "price":
            return SetPrice(objects[0], objects[1] if len(objects) == 3 else "", int(objects[-1]))
        case "sale":
            return SetSale(objects[0], options.get("from"))  # type: ignore[arg-type]  # stories write valid ones
        case "expire":
            return ExpireHolds()
        case "fits":
            return GetFit(wish_of(first, options))
        case "join":
            streams = tuple(int(each) for each in options.get("streams", "7").split(",") if each)
            return JoinWaitlist(wish_of(first, options), streams, 7 in streams, options.get("barred", ""))
        case "leave":
            return LeaveWaitlist(first)
        case "accept":
            return AcceptOffer(first)
        case "decline":
            return DeclineOffer(first)
        case "move":
            before = names.get(options.get("before", ""), options.get("before"))
            return MoveEntry(first, before, options.get("why", "").replace("_", " "))
        case "list":
            owner, rank = options["owner"], int(options["rank"])
            return ListEntry(objects[0], owner, 1, wish_of(objects[1], options), rank)
        case "claim":
            return ClaimOffer(first, int(objects[1]), objects[2])
        case "confirm":
            return ConfirmOffer(first, names.get(objects[1], objects[1]))
        case "return":
            return ReturnEntry(first, objects[1])
        case "end":
            hold = names.get(options.get("hold", ""), options.get("hold"))
            return EndEntry(first, Standing[objects[1].upper()], hold)
        case "mine":
            return GetEntry(first or None, names.get(options.get("hold", ""), options.get("hold")))
        case "entries":
            return GetEntries(tuple(names.get(each, each) for each in objects))
        case "line":
            return GetWaitlist(limit=int(first or 100))
        case "see":
            return GetHold(first)
        case "order":
            return GetOrder(first)
        case "with":
            return WithParts(
                command_of(objects[0], objects[1:], options, names, label)  # type: ignore[arg-type]  # as above
            )
        case _:
            return part_command(verb, objects, labels, options, into)
