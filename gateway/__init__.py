"""The FastAPI application: websocket sessions, REST, tokens and live feeds of the sections.

Turns bytes into commands and what became durable into bytes; decides nothing about seats.
"""
