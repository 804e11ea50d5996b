"""The contract that gateway and client share: frames, messages, the error catalogue, close codes.

Depends on msgspec alone and on nothing of ours, so that a partner's client can carry it.
"""
