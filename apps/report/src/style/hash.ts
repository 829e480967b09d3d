/**
 * SHA-256 of the style sheet in base64, which the page's security policy names. It is a constant because browsers hash
 * asynchronously and `renderReport` does not wait; a test says the new one when the style sheet changes.
 */
export const styleHash = "E8timK3FPcGNfKVlwwSmIH2yG9T4aHuKaY0L3D8j6lc=";
