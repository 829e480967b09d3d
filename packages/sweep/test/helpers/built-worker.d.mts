export declare const bundles: URL;
export declare const worker: URL;
