/* Projection, LANES splats at a time.
 *
 * A splat's covariance is S S^T with S = rotation * scales; in a picture it is H H^T + eps2d I, where the rows of the
 * (2, 3) matrix H = J W S come from the slope J of the projection at the splat's centre (Zwicker et al., "EWA
 * splatting", 2001). The determinant is |h0 x h1|^2 + eps2d trace + eps2d^2 (Lagrange), which needs no subtraction
 * of large squares: thin and huge splats keep their shape in single precision.
 */
#include "project.h"

#include <stdlib.h>

#include "harmonics.h"
#include "lanes.h"
#include "pool.h"

#define PACKS_PER_TASK 32
#define ALPHA_MIN (1.0f / 255.0f)
#define LARGEST 1e30f           /* of determinants and conics: beyond, single precision ends */
#define LARGEST_RADIUS 1e9f     /* pixels; fits an int32 */
#define EXTENT_MAX_SIGMAS 3.33f /* gsplat's; the darkest visible ring of an opaque splat lies at 3.329 */
#define CLAMPED_VIEW 0.15f      /* of the picture, beyond its edges: where J stops growing, as in gsplat */
#define COMPENSATION_EPS 1e-6f  /* keeps the root's slope finite, as in gsplat */

struct vec3 {
    vf x, y, z;
};

INLINE struct vec3 scaled(struct vec3 a, vf s) { return (struct vec3){a.x * s, a.y * s, a.z * s}; }
INLINE struct vec3 kept(mask m, struct vec3 a) { return (struct vec3){keep(m, a.x), keep(m, a.y), keep(m, a.z)}; }
INLINE struct vec3 sum(struct vec3 a, struct vec3 b) { return (struct vec3){a.x + b.x, a.y + b.y, a.z + b.z}; }
INLINE vf dot(struct vec3 a, struct vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
INLINE struct vec3 cross(struct vec3 a, struct vec3 b) {
    return (struct vec3){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

struct quat {
    vf w, x, y, z;
};

/* The camera in the form that each pack needs. */
struct lens {
    float r[9], t[3], centre[3]; /* camera_from_world; the camera's place in the world */
    float fx, fy, cx, cy;
    float left, right, top, bottom; /* bounds of x / z and y / z in J */
};

static struct lens lens_of(const struct camera *camera) {
    struct lens l;
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) l.r[3 * i + j] = camera->viewmat[4 * i + j];
        l.t[i] = camera->viewmat[4 * i + 3];
    }
    for (int j = 0; j < 3; j++) l.centre[j] = -(l.r[j] * l.t[0] + l.r[3 + j] * l.t[1] + l.r[6 + j] * l.t[2]);
    l.fx = camera->intrinsics[0], l.cx = camera->intrinsics[2];
    l.fy = camera->intrinsics[4], l.cy = camera->intrinsics[5];
    float w = (float)camera->width, h = (float)camera->height;
    l.left = -(l.cx + CLAMPED_VIEW * w) / l.fx;
    l.right = (w - l.cx + CLAMPED_VIEW * w) / l.fx;
    l.top = -(l.cy + CLAMPED_VIEW * h) / l.fy;
    l.bottom = (h - l.cy + CLAMPED_VIEW * h) / l.fy;
    return l;
}

/* m (3, 3) row-major times v, and its transpose times v. */
INLINE struct vec3 turned(const float *m, struct vec3 v) {
    return (struct vec3){m[0] * v.x + m[1] * v.y + m[2] * v.z, m[3] * v.x + m[4] * v.y + m[5] * v.z,
                         m[6] * v.x + m[7] * v.y + m[8] * v.z};
}
INLINE struct vec3 turned_back(const float *m, struct vec3 v) {
    return (struct vec3){m[0] * v.x + m[3] * v.y + m[6] * v.z, m[1] * v.x + m[4] * v.y + m[7] * v.z,
                         m[2] * v.x + m[5] * v.y + m[8] * v.z};
}

/* LANES splats. Of the last, incomplete pack the missing ones repeat the first. */
struct pack {
    struct vec3 mean, scale;
    struct quat q;
    vf opacity;
    int lanes;
};

INLINE vf load_column(const float *array, int64_t first, int lanes, int columns, int column) {
    const float *p = array + first * columns + column;
    if (lanes == LANES) return load_strided(p, columns);
    vf v = all(p[0]);
    for (int i = 1; i < lanes; i++) v[i] = p[i * columns];
    return v;
}

INLINE struct vec3 load_vec3(const float *array, int64_t first, int lanes) {
    return (struct vec3){load_column(array, first, lanes, 3, 0), load_column(array, first, lanes, 3, 1),
                         load_column(array, first, lanes, 3, 2)};
}

INLINE void store_column(float *array, int64_t first, int lanes, int columns, int column, vf v) {
    float *p = array + first * columns + column;
    float values[LANES];
    store(values, v);
    for (int i = 0; i < lanes; i++) p[i * columns] = values[i];
}

INLINE void store_vec3(float *array, int64_t first, int lanes, struct vec3 v) {
    store_column(array, first, lanes, 3, 0, v.x);
    store_column(array, first, lanes, 3, 1, v.y);
    store_column(array, first, lanes, 3, 2, v.z);
}

INLINE struct pack load_pack(const struct splats *s, int64_t first) {
    int lanes = s->count - first < LANES ? (int)(s->count - first) : LANES;
    return (struct pack){
        .mean = load_vec3(s->means, first, lanes),
        .scale = load_vec3(s->scales, first, lanes),
        .q = {load_column(s->quats, first, lanes, 4, 0), load_column(s->quats, first, lanes, 4, 1),
              load_column(s->quats, first, lanes, 4, 2), load_column(s->quats, first, lanes, 4, 3)},
        .opacity = load_column(s->opacities, first, lanes, 1, 0),
        .lanes = lanes,
    };
}

/* What forward and backward both need of a pack in a picture. */
struct projection {
    struct vec3 at;      /* the centre in the camera's frame */
    vf rz;               /* 1 / depth */
    struct quat q;       /* the quaternion at length 1, */
    vf q_scale;          /* and what made it so */
    struct vec3 axis[3]; /* columns of camera_from_splat */
    vf kx, ky;           /* pixels per world unit */
    vf slope_x, slope_y; /* x / z and y / z within the lens's bounds */
    struct vec3 h0, h1;  /* rows of H; x, y, z are the splat's axes */
    vf xx, xy, yy, sharp_det, det;
};

/* Columns of the rotation matrix of a quaternion of length 1: the splat's axes in the world. */
INLINE void world_axes(struct quat q, struct vec3 *axis) {
    vf w = q.w, x = q.x, y = q.y, z = q.z;
    axis[0] = (struct vec3){1.0f - 2.0f * (y * y + z * z), 2.0f * (x * y + w * z), 2.0f * (x * z - w * y)};
    axis[1] = (struct vec3){2.0f * (x * y - w * z), 1.0f - 2.0f * (x * x + z * z), 2.0f * (y * z + w * x)};
    axis[2] = (struct vec3){2.0f * (x * z + w * y), 2.0f * (y * z - w * x), 1.0f - 2.0f * (x * x + y * y)};
}

INLINE struct projection project_pack(const struct pack *g, const struct lens *l, float eps2d) {
    struct projection p;
    p.at = turned(l->r, g->mean);
    p.at = (struct vec3){p.at.x + l->t[0], p.at.y + l->t[1], p.at.z + l->t[2]};
    p.rz = 1.0f / p.at.z;
    p.q_scale = 1.0f / square_root(g->q.w * g->q.w + g->q.x * g->q.x + g->q.y * g->q.y + g->q.z * g->q.z);
    p.q = (struct quat){g->q.w * p.q_scale, g->q.x * p.q_scale, g->q.y * p.q_scale, g->q.z * p.q_scale};
    world_axes(p.q, p.axis);
    for (int k = 0; k < 3; k++) p.axis[k] = turned(l->r, p.axis[k]);
    p.kx = l->fx * p.rz;
    p.ky = l->fy * p.rz;
    p.slope_x = smaller(larger(p.at.x * p.rz, all(l->left)), all(l->right));
    p.slope_y = smaller(larger(p.at.y * p.rz, all(l->top)), all(l->bottom));
    p.h0 = (struct vec3){p.kx * g->scale.x * (p.axis[0].x - p.slope_x * p.axis[0].z),
                         p.kx * g->scale.y * (p.axis[1].x - p.slope_x * p.axis[1].z),
                         p.kx * g->scale.z * (p.axis[2].x - p.slope_x * p.axis[2].z)};
    p.h1 = (struct vec3){p.ky * g->scale.x * (p.axis[0].y - p.slope_y * p.axis[0].z),
                         p.ky * g->scale.y * (p.axis[1].y - p.slope_y * p.axis[1].z),
                         p.ky * g->scale.z * (p.axis[2].y - p.slope_y * p.axis[2].z)};
    struct vec3 normal = cross(p.h0, p.h1);
    vf xx = dot(p.h0, p.h0), yy = dot(p.h1, p.h1);
    p.sharp_det = dot(normal, normal);
    p.det = p.sharp_det + eps2d * (xx + yy) + eps2d * eps2d;
    p.xx = xx + eps2d;
    p.xy = dot(p.h0, p.h1);
    p.yy = yy + eps2d;
    return p;
}

INLINE vf radius(vf extent, vf variance) {
    vf r = smaller(extent * square_root(variance), all(LARGEST_RADIUS));
    vf whole = __builtin_convertvector(__builtin_convertvector(r, vi), vf);
    return choose(above(r, whole), whole + 1.0f, whole);
}

INLINE struct vec3 direction(const struct pack *g, const struct lens *l, vf *inverse_length) {
    struct vec3 d = {g->mean.x - l->centre[0], g->mean.y - l->centre[1], g->mean.z - l->centre[2]};
    *inverse_length = 1.0f / square_root(dot(d, d));
    return scaled(d, *inverse_length);
}

INLINE struct vec3 colour(const struct splats *s, const struct pack *g, const struct lens *l, int64_t first) {
    vf b[MOST_HARMONICS], inverse_length;
    struct vec3 d = direction(g, l, &inverse_length);
    harmonics(s->sh_degree, d.x, d.y, d.z, b);
    struct vec3 c = {all(0.5f), all(0.5f), all(0.5f)};
    int columns = 3 * s->sh_count;
    for (int k = 0; k < harmonic_count(s->sh_degree); k++) {
        c.x += b[k] * load_column(s->sh, first, g->lanes, columns, 3 * k);
        c.y += b[k] * load_column(s->sh, first, g->lanes, columns, 3 * k + 1);
        c.z += b[k] * load_column(s->sh, first, g->lanes, columns, 3 * k + 2);
    }
    return (struct vec3){larger(c.x, all(0)), larger(c.y, all(0)), larger(c.z, all(0))};
}

INLINE void store_radii(int32_t *radii, int64_t first, int lanes, mask seen, vf rx, vf ry) {
    vi x = __builtin_convertvector(keep(seen, rx), vi), y = __builtin_convertvector(keep(seen, ry), vi);
    for (int i = 0; i < lanes; i++) {
        radii[2 * (first + i)] = x[i];
        radii[2 * (first + i) + 1] = y[i];
    }
}

static void see_pack(const struct splats *s, const struct camera *camera, const struct lens *l,
                     const struct ellipses *out, int64_t first) {
    struct pack g = load_pack(s, first);
    struct projection p = project_pack(&g, l, camera->eps2d);
    vf opacity = g.opacity, rdet = 1.0f / p.det;
    if (camera->antialiased) opacity *= square_root(p.sharp_det * rdet);
    vf u = p.kx * p.at.x + l->cx, v = p.ky * p.at.y + l->cy;
    vf brightest = log2_lanes(larger(opacity * 255.0f, all(1.0f))); /* exp(-sigma) opacity = 1/255 at its edge */
    vf extent = smaller(square_root(2.0f * 0.69314718f * brightest), all(EXTENT_MAX_SIGMAS));
    vf rx = radius(extent, p.xx), ry = radius(extent, p.yy);
    mask seen = first_lanes(g.lanes) & at_least(p.at.z, all(camera->near_plane)) &
                at_least(all(camera->far_plane), p.at.z) & at_least(opacity, all(ALPHA_MIN)) & above(all(LARGEST), opacity) &
                above(p.det, all(0)) & above(all(LARGEST), p.det) & above(all(LARGEST), (p.xx + p.yy) * rdet) &
                (above(rx, all(camera->radius_clip)) | above(ry, all(camera->radius_clip))) &
                above(u + rx, all(0)) & above(v + ry, all(0)) &
                above(all((float)camera->width), u - rx) & above(all((float)camera->height), v - ry);
    int n = g.lanes;
    store_radii(out->radii, first, n, seen, rx, ry);
    store_column(out->means2d, first, n, 2, 0, keep(seen, u));
    store_column(out->means2d, first, n, 2, 1, keep(seen, v));
    store_vec3(out->conics, first, n,
               (struct vec3){keep(seen, p.yy * rdet), keep(seen, -p.xy * rdet), keep(seen, p.xx * rdet)});
    store_column(out->depths, first, n, 1, 0, keep(seen, p.at.z));
    store_column(out->opacities, first, n, 1, 0, keep(seen, opacity));
    if (s->sh_degree < 0) return;
    struct vec3 c = {all(0), all(0), all(0)};
    if (any(seen)) c = colour(s, &g, l, first);
    store_vec3(out->colors, first, n, (struct vec3){keep(seen, c.x), keep(seen, c.y), keep(seen, c.z)});
}

struct forward_job {
    const struct splats *splats;
    const struct camera *camera;
    const struct ellipses *seen;
    struct lens lens;
};

static int64_t task_count(int64_t splats) {
    return (splats + PACKS_PER_TASK * LANES - 1) / (PACKS_PER_TASK * LANES);
}

static void forward_task(void *state, int64_t task) {
    const struct forward_job *job = state;
    int64_t first = task * PACKS_PER_TASK * LANES, end = first + PACKS_PER_TASK * LANES;
    if (end > job->splats->count) end = job->splats->count;
    for (; first < end; first += LANES) see_pack(job->splats, job->camera, &job->lens, job->seen, first);
}

void project_forward(const struct splats *splats, const struct camera *camera, const struct ellipses *seen,
                     int32_t threads) {
    struct forward_job job = {splats, camera, seen, lens_of(camera)};
    run_tasks(threads, task_count(splats->count), forward_task, &job);
}

/* Sums over the cameras so far of a pack's gradients; sh goes to memory at once. */
struct pack_gradients {
    struct vec3 mean, scale;
    struct quat q;
    vf opacity;
};

/* Sums over packs, lane by lane, of gradients by the rows of a viewmat: its turn and its translation. */
struct view_gradients {
    struct vec3 row[3], t;
};

/* A vector v of the world that the camera turned adds to the turn's gradient. */
INLINE void add_turn(struct view_gradients *view, struct vec3 by_turned, struct vec3 v) {
    view->row[0] = sum(view->row[0], scaled(v, by_turned.x));
    view->row[1] = sum(view->row[1], scaled(v, by_turned.y));
    view->row[2] = sum(view->row[2], scaled(v, by_turned.z));
}

/* A point of the world that the camera turned and shifted. */
INLINE void add_pose(struct view_gradients *view, struct vec3 by_point, struct vec3 point) {
    add_turn(view, by_point, point);
    view->t = sum(view->t, by_point);
}

INLINE vf by(const float *array, mask seen, int64_t first, int lanes, int columns, int column) {
    return array == NULL ? all(0) : keep(seen, load_column(array, first, lanes, columns, column));
}

/* dL/d(H H^T), as the symmetric matrix of which dL = c00 dxx + 2 c01 dxy + c11 dyy. */
struct by_covariance {
    vf c00, c01, c11;
};

/* The inverse's derivative: minus conic * gradient * conic. */
INLINE struct by_covariance through_conic(const struct projection *p, vf by_a, vf by_b, vf by_c) {
    vf rdet = 1.0f / p->det, half_b = 0.5f * by_b;
    vf a = p->yy * rdet, b = -p->xy * rdet, c = p->xx * rdet;
    vf m00 = by_a * a + half_b * b, m01 = by_a * b + half_b * c;
    vf m10 = half_b * a + by_c * b, m11 = half_b * b + by_c * c;
    return (struct by_covariance){-(a * m00 + b * m10), -(a * m01 + b * m11), -(b * m01 + c * m11)};
}

/* Antialiasing multiplies the opacity by sqrt(sharp_det / det): adds its part, gives dL/d(opacity given). */
INLINE vf through_compensation(const struct projection *p, vf opacity, float eps2d, vf by_opacity,
                               struct by_covariance *v) {
    vf rdet = 1.0f / p->det, ratio = p->sharp_det * rdet, compensation = square_root(ratio);
    vf by_ratio = by_opacity * opacity * 0.5f / (compensation + COMPENSATION_EPS) * rdet;
    v->c00 += by_ratio * (p->yy - eps2d - ratio * p->yy);
    v->c11 += by_ratio * (p->xx - eps2d - ratio * p->xx);
    v->c01 -= by_ratio * p->xy * (1.0f - ratio);
    return by_opacity * compensation;
}

/* Through the rotation matrix (columns `by_axis`, in the world's frame) to the quaternion as given. */
INLINE void through_rotation(struct quat q, vf q_scale, const struct vec3 *by_axis, struct quat *out) {
    const struct vec3 *a = by_axis;
    vf w = q.w, x = q.x, y = q.y, z = q.z;
    vf sw = 2.0f * (x * (a[1].z - a[2].y) + y * (a[2].x - a[0].z) + z * (a[0].y - a[1].x));
    vf sx = 2.0f * (-2.0f * x * (a[1].y + a[2].z) + y * (a[1].x + a[0].y) + z * (a[2].x + a[0].z) +
                    w * (a[1].z - a[2].y));
    vf sy = 2.0f * (x * (a[1].x + a[0].y) - 2.0f * y * (a[0].x + a[2].z) + z * (a[2].y + a[1].z) +
                    w * (a[2].x - a[0].z));
    vf sz = 2.0f * (x * (a[2].x + a[0].z) + y * (a[2].y + a[1].z) - 2.0f * z * (a[0].x + a[1].y) +
                    w * (a[0].y - a[1].x));
    vf along = sw * w + sx * x + sy * y + sz * z;
    out->w += (sw - along * w) * q_scale;
    out->x += (sx - along * x) * q_scale;
    out->y += (sy - along * y) * q_scale;
    out->z += (sz - along * z) * q_scale;
}

/* From the covariance to scales, rotation and turn; gives the gradient by the centre in the camera's frame. */
INLINE struct vec3 through_shape(const struct pack *g, const struct projection *p, const struct lens *l,
                                 struct by_covariance v, mask seen, struct pack_gradients *out,
                                 struct view_gradients *view) {
    struct vec3 by_h0 = scaled(sum(scaled(p->h0, v.c00), scaled(p->h1, v.c01)), all(2.0f));
    struct vec3 by_h1 = scaled(sum(scaled(p->h0, v.c01), scaled(p->h1, v.c11)), all(2.0f));
    const vf h0[3] = {by_h0.x, by_h0.y, by_h0.z}, h1[3] = {by_h1.x, by_h1.y, by_h1.z};
    const vf scale[3] = {g->scale.x, g->scale.y, g->scale.z};
    const struct quat q = {keep(seen, p->q.w), keep(seen, p->q.x), keep(seen, p->q.y), keep(seen, p->q.z)};
    struct vec3 axis[3], by_axis[3];
    vf by_scale[3], by_slope_x = all(0), by_slope_y = all(0);
    world_axes(q, axis);
    for (int k = 0; k < 3; k++) {
        vf ax = p->kx * h0[k], ay = p->ky * h1[k];
        struct vec3 by_scaled = {ax, ay, -(p->slope_x * ax + p->slope_y * ay)};
        by_scale[k] = keep(seen, dot(by_scaled, p->axis[k]));
        by_slope_x -= ax * scale[k] * p->axis[k].z;
        by_slope_y -= ay * scale[k] * p->axis[k].z;
        struct vec3 by_turned = kept(seen, scaled(by_scaled, scale[k]));
        by_axis[k] = turned_back(l->r, by_turned);
        if (view) add_turn(view, by_turned, axis[k]);
    }
    out->scale = sum(out->scale, (struct vec3){by_scale[0], by_scale[1], by_scale[2]});
    through_rotation(q, keep(seen, p->q_scale), by_axis, &out->q);
    vf sx = p->at.x * p->rz, sy = p->at.y * p->rz;
    mask free_x = above(all(l->right), sx) & above(sx, all(l->left));
    mask free_y = above(all(l->bottom), sy) & above(sy, all(l->top));
    vf by_x = keep(free_x, by_slope_x) * p->rz, by_y = keep(free_y, by_slope_y) * p->rz;
    vf by_size = dot(by_h0, p->h0) + dot(by_h1, p->h1);
    return (struct vec3){by_x, by_y, -(by_size * p->rz + by_x * sx + by_y * sy)};
}

/* To the coefficients, in memory; gives the gradient by the centre in the world through the direction. */
INLINE struct vec3 through_colour(const struct splats *s, const struct pack *g, const struct lens *l, int64_t first,
                                  mask seen, const float *colors, const float *by_colors, float *by_sh) {
    vf b[MOST_HARMONICS], weights[MOST_HARMONICS], inverse_length, v[3];
    int n = g->lanes, columns = 3 * s->sh_count, count = harmonic_count(s->sh_degree);
    struct vec3 d = direction(g, l, &inverse_length);
    harmonics(s->sh_degree, d.x, d.y, d.z, b);
    for (int c = 0; c < 3; c++) {
        mask lit = above(load_column(colors, first, n, 3, c), all(0)) & seen;
        v[c] = keep(lit, load_column(by_colors, first, n, 3, c));
    }
    for (int k = 0; k < count; k++) {
        weights[k] = all(0);
        for (int c = 0; c < 3; c++) weights[k] += v[c] * load_column(s->sh, first, n, columns, 3 * k + c);
    }
    float basis[MOST_HARMONICS][LANES], by_channel[3][LANES];
    for (int k = 0; k < count; k++) store(basis[k], b[k]);
    for (int c = 0; c < 3; c++) store(by_channel[c], v[c]);
    for (int i = 0; i < n; i++) {
        if (!lane_of(seen, i)) continue;
        float *out = by_sh + (first + i) * columns;
        for (int k = 0; k < count; k++)
            for (int c = 0; c < 3; c++) out[3 * k + c] += basis[k][i] * by_channel[c][i];
    }
    struct vec3 by_d;
    harmonics_slope(s->sh_degree, d.x, d.y, d.z, weights, &by_d.x, &by_d.y, &by_d.z);
    struct vec3 across = sum(by_d, scaled(d, -dot(by_d, d)));
    return kept(seen, scaled(across, inverse_length));
}

static void pull_pack(const struct splats *s, const struct pack *g, const struct camera *camera,
                      const struct lens *l, const struct ellipses *seen_by, const struct ellipses *by_seen,
                      int64_t first, float *by_sh, struct pack_gradients *out, struct view_gradients *view) {
    int n = g->lanes;
    vf radii = all(0);
    for (int i = 0; i < n; i++) radii[i] = (float)seen_by->radii[2 * (first + i)];
    mask seen = above(radii, all(0));
    if (!any(seen)) return;
    struct projection p = project_pack(g, l, camera->eps2d);
    struct by_covariance v =
        through_conic(&p, by(by_seen->conics, seen, first, n, 3, 0), by(by_seen->conics, seen, first, n, 3, 1),
                      by(by_seen->conics, seen, first, n, 3, 2));
    vf by_opacity = by(by_seen->opacities, seen, first, n, 1, 0);
    if (camera->antialiased) by_opacity = through_compensation(&p, g->opacity, camera->eps2d, by_opacity, &v);
    out->opacity += keep(seen, by_opacity);
    struct vec3 by_at = through_shape(g, &p, l, v, seen, out, view);
    vf by_x = p.kx * by(by_seen->means2d, seen, first, n, 2, 0);
    vf by_y = p.ky * by(by_seen->means2d, seen, first, n, 2, 1);
    by_at.x += by_x;
    by_at.y += by_y;
    by_at.z += by(by_seen->depths, seen, first, n, 1, 0) - (by_x * p.at.x + by_y * p.at.y) * p.rz;
    by_at = kept(seen, by_at);
    out->mean = sum(out->mean, turned_back(l->r, by_at));
    if (view) add_pose(view, by_at, kept(seen, g->mean));
    if (s->sh_degree < 0 || by_seen->colors == NULL) return;
    struct vec3 by_direction = through_colour(s, g, l, first, seen, seen_by->colors, by_seen->colors, by_sh);
    out->mean = sum(out->mean, by_direction);
    /* the camera is where its matrix's inverse puts it: its centre takes part as a point that stays at the origin */
    struct vec3 centre = {all(l->centre[0]), all(l->centre[1]), all(l->centre[2])};
    if (view) add_pose(view, turned(l->r, by_direction), centre);
}

struct backward_job {
    const struct splats *splats;
    int32_t cameras;
    const struct camera *camera;
    const struct lens *lens; /* (cameras) */
    const struct ellipses *seen, *by_seen;
    const struct splat_gradients *out;
    struct view_gradients *views; /* (tasks, cameras), or NULL if nobody asks for them */
};

static void backward_pack(const struct backward_job *job, int64_t first, struct view_gradients *views) {
    const struct splats *s = job->splats;
    struct pack g = load_pack(s, first);
    struct pack_gradients sums;
    memset(&sums, 0, sizeof sums);
    int n = g.lanes, columns = 3 * s->sh_count;
    if (s->sh_degree >= 0) memset(job->out->sh + first * columns, 0, sizeof(float) * (size_t)(n * columns));
    for (int c = 0; c < job->cameras; c++)
        pull_pack(s, &g, &job->camera[c], &job->lens[c], &job->seen[c], &job->by_seen[c], first, job->out->sh, &sums,
                  views ? &views[c] : NULL);
    store_vec3(job->out->means, first, n, sums.mean);
    store_vec3(job->out->scales, first, n, sums.scale);
    store_column(job->out->quats, first, n, 4, 0, sums.q.w);
    store_column(job->out->quats, first, n, 4, 1, sums.q.x);
    store_column(job->out->quats, first, n, 4, 2, sums.q.y);
    store_column(job->out->quats, first, n, 4, 3, sums.q.z);
    store_column(job->out->opacities, first, n, 1, 0, sums.opacity);
}

static void backward_task(void *state, int64_t task) {
    const struct backward_job *job = state;
    int64_t first = task * PACKS_PER_TASK * LANES, end = first + PACKS_PER_TASK * LANES;
    if (end > job->splats->count) end = job->splats->count;
    struct view_gradients *views = job->views ? job->views + task * job->cameras : NULL;
    if (views) memset(views, 0, sizeof *views * (size_t)job->cameras);
    for (; first < end; first += LANES) backward_pack(job, first, views);
}

/* Sums tasks and lanes in their order, into viewmats (cameras, 4, 4) whose last rows stay zero. */
static void sum_views(const struct view_gradients *views, int64_t tasks, int32_t cameras, float *viewmats) {
    for (int64_t c = 0; c < cameras; c++) {
        double sums[12] = {0};
        for (int64_t task = 0; task < tasks; task++) {
            const struct view_gradients *v = &views[task * cameras + c];
            const vf parts[12] = {v->row[0].x, v->row[0].y, v->row[0].z, v->t.x, v->row[1].x, v->row[1].y,
                                  v->row[1].z, v->t.y,      v->row[2].x, v->row[2].y, v->row[2].z, v->t.z};
            for (int i = 0; i < 12; i++)
                for (int lane = 0; lane < LANES; lane++) sums[i] += (double)parts[i][lane];
        }
        for (int i = 0; i < 16; i++) viewmats[16 * c + i] = i < 12 ? (float)sums[i] : 0;
    }
}

int32_t project_backward(const struct splats *splats, int32_t cameras, const struct camera *camera,
                         const struct ellipses *seen, const struct ellipses *by_seen,
                         const struct splat_gradients *out, int32_t threads) {
    int64_t tasks = task_count(splats->count);
    void *views = NULL;
    struct lens *lenses = malloc(sizeof *lenses * (size_t)cameras);
    size_t bytes = sizeof(struct view_gradients) * (size_t)(tasks * cameras + 1);
    if (lenses == NULL || (out->viewmats && posix_memalign(&views, sizeof(vf), bytes) != 0)) {
        free(lenses);
        return -1;
    }
    for (int c = 0; c < cameras; c++) lenses[c] = lens_of(&camera[c]);
    struct backward_job job = {splats, cameras, camera, lenses, seen, by_seen, out, views};
    run_tasks(threads, tasks, backward_task, &job);
    if (out->viewmats) sum_views(views, tasks, cameras, out->viewmats);
    free(views);
    free(lenses);
    return 0;
}
