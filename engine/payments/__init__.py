"""The payment of an order as a saga: states, what moves it on, what is to be done next.

Pure: time comes with the event, and nothing here knows a provider, a section or a table.
"""
