#include "check.h"

#include <cstring>

// Usage: check kernels | quick | barriers | golden FILE
int main(int argc, char** argv)
{
    Report report;
    const char* mode = argc > 1 ? argv[1] : "";
    if (std::strcmp(mode, "kernels") == 0 || std::strcmp(mode, "quick") == 0)
    {
        check_keep_mask(report, std::strcmp(mode, "quick") == 0);
        check_rows(report);
    }
    else if (std::strcmp(mode, "barriers") == 0)
        check_barriers(report);
    else if (std::strcmp(mode, "golden") == 0 && argc > 2)
        check_golden(report, argv[2]);
    return report.finish();
}
