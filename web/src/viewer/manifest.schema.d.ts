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
         * Collision
         * @description What stands in the way, and where one can stand: a grid of cubes from the corner `origin`, y up.
         *
         *     The file is a gzip stream of two parts, each filled up to whole bytes, bits from the lowest. A bit a cube
         *     (1: solid), along x, then along z, then up; a bit a cell of the floor (1: one can stand there, and get there),
         *     along x, then along z.
         */
        Collision: {
            /**
             * Cube
             * @description Side of a cube, world units
             */
            cube: number;
            /**
             * Cubes
             * @description Along x, y and z
             */
            cubes: [
                number,
                number,
                number
            ];
            /**
             * Floor
             * @description Height of the floor that cells are of, world units
             */
            floor: number;
            /** Origin */
            origin: [
                number,
                number,
                number
            ];
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
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
         * FloorPlan
         * @description The place from above, without what is over people's heads. In the picture +X is right and +Z is down.
         */
        FloorPlan: {
            /**
             * Corner
             * @description x and z of the picture's top left corner
             */
            corner: [
                number,
                number
            ];
            /**
             * Depth
             * @description And along z
             */
            depth: number;
            /** Height Px */
            height_px: number;
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
            /**
             * Width
             * @description What the picture shows along x, world units
             */
            width: number;
            /** Width Px */
            width_px: number;
        };
        /**
         * Hotspot
         * @description Something to know about a place in the tour. Everything that people wrote is plain text.
         */
        Hotspot: {
            /** Hotspot Id */
            hotspot_id: string;
            /**
             * Link
             * @default null
             */
            link?: string | null;
            /** @default null */
            media?: components["schemas"]["HotspotMedia"] | null;
            /**
             * @description Of a model; null: upright, and as large as it says
             * @default null
             */
            placement?: components["schemas"]["Placement"] | null;
            /** Position */
            position: [
                number,
                number,
                number
            ];
            seen_from: components["schemas"]["SeenFrom"];
            /**
             * Text
             * @default
             */
            text?: string;
            /** Title */
            title: string;
        };
        /**
         * HotspotMedia
         * @description A picture, sound or film of a hotspot, or a model (GLB) that stands in the place.
         */
        HotspotMedia: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "image" | "audio" | "video" | "model";
            /**
             * Path
             * @description Relative to the manifest
             */
            path: string;
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
         * Placement
         * @description How a model stands at its hotspot's position: world_from_model is position, rotation and scale, in this order.
         */
        Placement: {
            /**
             * Rotation Wxyz
             * @default [
             *       1,
             *       0,
             *       0,
             *       0
             *     ]
             */
            rotation_wxyz?: [
                number,
                number,
                number,
                number
            ];
            /**
             * Scale
             * @description World units of a unit of the model
             * @default 1
             */
            scale?: number;
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
         * Privacy
         * @description For whom the bundle was made: for its owners alone, or published for all who know, or find, its address.
         *
         *     A publication may change afterwards; `tour.json` beside a published version says what counts now.
         */
        Privacy: {
            /**
             * Visibility
             * @default private
             * @enum {string}
             */
            visibility?: "private" | "unlisted" | "public";
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
         * SeenFrom
         * @description Where to stand to see something: yaw to the left of -Z, pitch above the horizon.
         */
        SeenFrom: {
            /** Pitch Deg */
            pitch_deg: number;
            /** Position */
            position: [
                number,
                number,
                number
            ];
            /** Yaw Deg */
            yaw_deg: number;
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
            collision?: components["schemas"]["Collision"] | null;
            /** @default null */
            coverage?: components["schemas"]["Coverage"] | null;
            /** Files */
            files: components["schemas"]["BundleFile"][];
            /** @default null */
            floor_plan?: components["schemas"]["FloorPlan"] | null;
            /**
             * Format
             * @default diorama-tour
             * @constant
             */
            format?: "diorama-tour";
            /**
             * Hotspots
             * @default []
             */
            hotspots?: components["schemas"]["Hotspot"][];
            /** Levels */
            levels: components["schemas"]["Level"][];
            poster: components["schemas"]["Picture"];
            /**
             * @default {
             *       "visibility": "private"
             *     }
             */
            privacy?: components["schemas"]["Privacy"];
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
