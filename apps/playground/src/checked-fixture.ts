/** The fixture that the page checks its gradients against: a folder beside its scripts. */
export const CHECKED_FOLDER = "gradient-fixture";
