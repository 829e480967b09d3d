/**
 * SHA-256 of the style sheet in base64, which the page's security policy names. It is a constant because browsers hash
 * asynchronously and `renderReport` does not wait; a test says the new one when the style sheet changes.
 */
export const styleHash = "F64vycXmdcWw2wxsWZFi6/XEDNdmPDh6/9OcoZhNrP8=";
