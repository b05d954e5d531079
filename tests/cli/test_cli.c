#include "support.h"

int main(void)
{
    return run_usage_tests() + run_stream_tests() + run_file_tests() + run_report_tests();
}
