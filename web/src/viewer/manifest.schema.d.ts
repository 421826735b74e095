// Made from docs/manifest.schema.json by `npm run manifest`.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Bounds
         * @description How large the place is: what cameras saw, less 1 % at each end; and every splat's middle.
         */
        Bounds: {
            full: components["schemas"]["Box"];
            robust: components["schemas"]["Box"];
        };
        /**
         * Box
         * @description Corners of a box along the axes.
         */
        Box: {
            /** Max */
            max: [
                number,
                number,
                number
            ];
            /** Min */
            min: [
                number,
                number,
                number
            ];
        };
        /**
         * BundleFile
         * @description One file of the bundle, for caching and checking.
         */
        BundleFile: {
            /** Bytes */
            bytes: number;
            /** Content Type */
            content_type: string;
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
            /** Sha256 */
            sha256: string;
        };
        /**
         * CameraPath
         * @description A walk through the place: poses at even steps, to be joined smoothly, in `duration_s` at an easy pace.
         */
        CameraPath: {
            /** Duration S */
            duration_s: number;
            /** Poses */
            poses: components["schemas"]["Pose"][];
        };
        /**
         * Coverage
         * @description Where few cameras looked: square cells over the floor, from above, from the corner (x, z) at `origin`.
         *
         *     Row by row along z, each row along x.
         */
        Coverage: {
            /**
             * Cell
             * @description Side of a cell, world units
             */
            cell: number;
            /** Columns */
            columns: number;
            /** Origin */
            origin: [
                number,
                number
            ];
            /** Rows */
            rows: number;
            /**
             * Seen Percent
             * @description Share of the cameras that see what is in the cell; 0 where nothing is
             */
            seen_percent: number[];
        };
        /**
         * Level
         * @description A level in one file. Bundles hold SOG; plain PLY is what the viewer is checked with.
         */
        Level: {
            /** Bytes */
            bytes: number;
            /**
             * Format
             * @enum {string}
             */
            format: "sog" | "ply";
            /**
             * Loss Db
             * @description PSNR below that of the trained model; negative where it is better
             */
            loss_db: number;
            /** Name */
            name: string;
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
            /** Psnr */
            psnr: number;
            /** Sh Degree */
            sh_degree: number;
            /** Splats */
            splats: number;
            /** Ssim */
            ssim: number;
        };
        /**
         * Picture
         * @description A picture drawn from the splats.
         */
        Picture: {
            /** Height Px */
            height_px: number;
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
            pose: components["schemas"]["Pose"];
            /** Width Px */
            width_px: number;
        };
        /**
         * Pose
         * @description Where to stand, and what to look at: `target` lies straight ahead, where the place is.
         */
        Pose: {
            /** Position */
            position: [
                number,
                number,
                number
            ];
            /** Rotation Wxyz */
            rotation_wxyz: [
                number,
                number,
                number,
                number
            ];
            /** Target */
            target: [
                number,
                number,
                number
            ];
        };
        /**
         * Quality
         * @description The certificate: how well the trained model shows photos that it was not trained on.
         */
        Quality: {
            /** Held Out Views */
            held_out_views: number;
            /** Long Side Px */
            long_side_px: number;
            /** Psnr */
            psnr: number;
            /** Splats */
            splats: number;
            /** Ssim */
            ssim: number;
        };
        /**
         * StartPose
         * @description Where a visit starts. The field of view is the poster's, from its upper edge to its lower one.
         */
        StartPose: {
            /** Field Of View Deg */
            field_of_view_deg: number;
            /** Position */
            position: [
                number,
                number,
                number
            ];
            /** Rotation Wxyz */
            rotation_wxyz: [
                number,
                number,
                number,
                number
            ];
            /** Target */
            target: [
                number,
                number,
                number
            ];
        };
        /**
         * Streaming
         * @description The place as PlayCanvas' streamed SOG, where it has too many splats for one file: a viewer loads tiles, coarse
         *     ones first, by where one looks.
         *
         *     `path` is its lod-meta.json. `levels` come from the finest, which the document calls 0; each holds the whole place,
         *     some of them are in `Manifest.levels` too. `environment`: what is far off all round, shown at all times.
         */
        Streaming: {
            /**
             * Bytes
             * @description Of the document and all files that it names
             */
            bytes: number;
            /**
             * Environment
             * @default null
             */
            environment?: string | null;
            /** Levels */
            levels: components["schemas"]["TiledLevel"][];
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
        };
        /**
         * TiledLevel
         * @description A level in tiles.
         */
        TiledLevel: {
            /** Bytes */
            bytes: number;
            /**
             * Loss Db
             * @description PSNR below that of the trained model; negative where it is better
             */
            loss_db: number;
            /** Name */
            name: string;
            /** Psnr */
            psnr: number;
            /** Sh Degree */
            sh_degree: number;
            /** Splats */
            splats: number;
            /** Ssim */
            ssim: number;
            /** Tiles */
            tiles: number;
        };
        /**
         * Manifest
         * @description A tour's bundle. Levels come from the most splats to the fewest; with `streaming`, the largest are only there.
         */
        Manifest: {
            bounds: components["schemas"]["Bounds"];
            /** @default null */
            camera_path?: components["schemas"]["CameraPath"] | null;
            /** @default null */
            coverage?: components["schemas"]["Coverage"] | null;
            /** Files */
            files: components["schemas"]["BundleFile"][];
            /**
             * Format
             * @default diorama-tour
             * @constant
             */
            format?: "diorama-tour";
            /** Levels */
            levels: components["schemas"]["Level"][];
            poster: components["schemas"]["Picture"];
            quality: components["schemas"]["Quality"];
            /**
             * Scale Source
             * @enum {string}
             */
            scale_source: "reference" | "assumed_eye_height_1.6m" | "none";
            start: components["schemas"]["StartPose"];
            /** @default null */
            streaming?: components["schemas"]["Streaming"] | null;
            /**
             * Thumbnails
             * @default []
             */
            thumbnails?: components["schemas"]["Picture"][];
            /**
             * Up
             * @default +Y
             * @constant
             */
            up?: "+Y";
            /**
             * Version
             * @default 1
             * @constant
             */
            version?: 1;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
