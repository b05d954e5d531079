#include "cli.h"
#include "stuck.h"

#include <string.h>

/* Memory ran out before there was a context that could say so. */
static int no_context(const struct io *io)
{
    static const char text[] = "domxform: error: out of memory\n";
    struct dx_str slice = {text, sizeof text - 1};

    (void)io_write_all(io, io->err, &slice, 1);
    return CLI_NO_MEMORY;
}

/* The limits of the command line hold from the start of a context on. */
int cli_open_context(struct cli *cli)
{
    struct dx_ctx_options opts = {
        .size = sizeof opts,
        .allocator = cli->io->allocator,
        .max_size = (size_t)cli->opts.max_size,
        .max_nodes = (size_t)cli->opts.max_nodes,
    };

    return dx_ctx_new(&cli->ctx, &opts);
}

static int run(struct cli *cli)
{
    text_auto text = {.io = cli->io};

    if (cli->opts.version) {
        text_format(&text, "domxform %s\n", dx_version());
        return output_text(cli, &text);
    }
    return cli->opts.help ? command_help(cli) : cli->opts.command->run(cli);
}

static int finish(struct cli *cli, int code)
{
    int rc = output_close(cli);

    messages_flush(cli);
    return rc < 0 && code < -rc ? -rc : code;
}

int cli_main(int argc, char **argv, const struct io *io)
{
    struct cli cli = {.io = io};
    int code, rc;

    options_init(&cli.opts);
    if (cli_open_context(&cli) != DX_OK) {
        return no_context(io);
    }
    rc = options_parse(&cli, argc, argv);
    stuck_speak(cli.opts.message_format == FORMAT_JSON);
    if (rc == DX_OK && (cli.opts.max_size != OPTIONS_MAX_SIZE || cli.opts.max_nodes)) {
        dx_ctx_free(cli.ctx);
        rc = cli_open_context(&cli);
    }
    if (!cli.ctx) {
        options_free(&cli);
        return no_context(io);
    }
    code = rc < 0 ? messages_exit_code(&cli, rc) : run(&cli);
    code = finish(&cli, code);
    options_free(&cli);
    dx_ctx_free(cli.ctx);
    return code;
}
