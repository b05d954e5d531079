/* What the guest shows and plays: video, graphics, audio (domain_validate.c, qemu_validate.c). */
#include "facts.h"

enum { MOST_VNC_PASSWORD = 8 };

/* Memory that only QXL has. */
static void check_memory(struct dx_facts *facts, const struct dx_node *model, struct dx_str type)
{
    static const char *const names[] = {"ram", "vram64", "vgamem"};
    uint64_t value;

    for (size_t i = 0; i < 3; i++) {
        if (dx_facts_number(&value, dx_facts_attr(model, names[i]), UINT32_MAX) != 1) {
            continue;
        }
        if (value > 0 && !dx_str_is(type, "qxl")) {
            dx_facts_point(facts, DX_RULE_VID_G03, model, names[i], dx_str_of(names[i]), type);
        } else if (i == 2 && value > 0 && (value < 1024 || value & (value - 1))) {
            dx_facts_point(facts, DX_RULE_VID_Q01, model, names[i], dx_node_attr(model, names[i]), DX_NONE);
        }
    }
}

static void check_resolution(struct dx_facts *facts, const struct dx_node *model)
{
    const struct dx_node *resolution = model ? dx_node_child(model, "resolution") : NULL;
    uint64_t x, y;

    if (resolution && dx_facts_number(&x, dx_node_attr(resolution, "x"), UINT32_MAX) == 1 &&
        dx_facts_number(&y, dx_node_attr(resolution, "y"), UINT32_MAX) == 1 && (x == 0 || y == 0)) {
        dx_facts_point(facts, DX_RULE_VID_G04, resolution, x == 0 ? "x" : "y", DX_NONE, DX_NONE);
    }
}

static void check_videos(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_VIDEO];
    const struct dx_node *primary = NULL;

    for (size_t i = 0; i < list->n; i++) {
        const struct dx_node *video = list->items[i], *model = dx_node_child(video, "model");
        const struct dx_node *address = dx_node_child(video, "address");
        struct dx_str type = dx_facts_attr(model, "type");

        if (dx_str_is(type, "none") && list->n > 1) {
            dx_facts_point(facts, DX_RULE_VID_G01, model, "type", DX_NONE, DX_NONE);
        }
        if (dx_str_is(dx_facts_attr(model, "primary"), "yes")) {
            if (primary) {
                dx_facts_point(facts, DX_RULE_VID_G02, model, "primary", DX_NONE, DX_NONE);
            }
            primary = video;
        }
        if (type.ptr) {
            check_memory(facts, model, type);
        }
        check_resolution(facts, model);
        if (dx_str_is(type, "ramfb") && dx_facts_attr(address, "type").ptr) {
            dx_facts_point(facts, DX_RULE_VID_G05, address, NULL, DX_NONE, DX_NONE);
        }
    }
}

/* The password is eight characters of a DES key. */
static void check_graphics(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_GRAPHICS];

    for (size_t i = 0; i < list->n; i++) {
        struct dx_str type = dx_node_attr(list->items[i], "type"), password = dx_node_attr(list->items[i], "passwd");

        if (dx_str_is(type, "vnc") && password.len > MOST_VNC_PASSWORD) {
            dx_facts_point(facts, DX_RULE_VID_Q02, list->items[i], "passwd", DX_NONE, DX_NONE);
        }
    }
}

/* ---- audio ---- */

struct audio {
    const struct dx_node *node;
    uint64_t id;
};

static bool same_id(const void *items, size_t a, size_t b)
{
    const struct audio *audios = items;

    return audios[a].id == audios[b].id;
}

static uint64_t hash_of(const struct audio *audio)
{
    return dx_hash(1, &audio->id, sizeof audio->id);
}

/* A sound card or a display that plays through a backend names it by its id. */
static void check_user(struct dx_facts *facts, const struct dx_twins *twins, struct audio *audios, size_t n,
                       const struct dx_node *device)
{
    const struct dx_node *audio = dx_node_child(device, "audio");
    struct dx_str text = dx_facts_attr(audio, "id");

    if (dx_facts_number(&audios[n].id, text, UINT32_MAX) == 1 && audios[n].id > 0 &&
        dx_twins_find(twins, audios, n, hash_of(&audios[n]), same_id) == n) {
        dx_facts_point(facts, DX_RULE_VID_G07, audio, "id", text, DX_NONE);
    }
}

static void check_audio(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_AUDIO], *sounds = &facts->lists[DX_FACT_SOUND];
    const struct dx_fact_list *graphics = &facts->lists[DX_FACT_GRAPHICS];
    struct audio *audios;
    struct dx_twins twins;
    size_t n = 0;

    if (list->n + sounds->n + graphics->n == 0) {
        return;
    }
    audios = dx_arena_alloc(facts->arena, (list->n + 1) * sizeof *audios);
    if (!audios || !dx_twins_init(&twins, facts->arena, list->n + 1)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        struct dx_str text = dx_node_attr(list->items[i], "id");

        audios[n].node = list->items[i];
        if (dx_facts_number(&audios[n].id, text, UINT32_MAX) != 1) {
            continue;
        }
        if (dx_twins_put(&twins, audios, n, hash_of(&audios[n]), same_id) == n) {
            n++;
        } else {
            dx_facts_point(facts, DX_RULE_VID_G06, list->items[i], "id", text, DX_NONE);
        }
    }
    for (size_t i = 0; i < sounds->n; i++) {
        check_user(facts, &twins, audios, n, sounds->items[i]);
    }
    for (size_t i = 0; i < graphics->n; i++) {
        if (dx_str_is(dx_node_attr(graphics->items[i], "type"), "vnc")) {
            check_user(facts, &twins, audios, n, graphics->items[i]);
        }
    }
}

void dx_check_display(struct dx_facts *facts)
{
    check_videos(facts);
    check_graphics(facts);
    check_audio(facts);
}
