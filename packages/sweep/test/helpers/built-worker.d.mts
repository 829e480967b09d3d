export declare const bundles: URL;
