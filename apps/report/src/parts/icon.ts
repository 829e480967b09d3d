/** Three bars of different height, in the page itself. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230a6b62' d='M1 15V9h3v6zm5.5 0V4h3v11zM12 15V1h3v14z'/%3E%3C/svg%3E";
