/** How long a session waits for what, and how often it tries. */

export const BACKOFF_BASE_MS = 250;
export const BACKOFF_CAP_MS = 8_000;
export const RETRY_BASE_MS = 100;
export const RETRY_CAP_MS = 1_500;
export const CATCH_UP_MS = 1_000;
/** News are old when nothing was heard for so long; pings come often enough to tell. */
export const STALE_MS = 5_000;
export const PING_MS = 10_000;
export const SILENT_MS = 12_000;
export const CONNECT_MS = 10_000;
/** After so many sockets in a row that never carried a greeting, a way without websockets is taken, if there is one. */
export const UNGREETED_MAX = 3;
/** How often a websocket is tried again meanwhile. */
export const UPGRADE_MS = 120_000;
