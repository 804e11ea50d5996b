"""Flash sales in the small: a crowd with habits, a load generator, figures and reports.

`bench.crowd` plays people through the client, `bench.loadgen` measures with a bare
websocket, `bench.flash_sale` runs a server and holds both beside a bare echo.
"""
