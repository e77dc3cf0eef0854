/* The reference of the HJ 212 measurement in `make bench`: the textbook decoder. It cuts frames by their length field,
   computes the checksum bit by bit as the function printed in the standard does, splits at the separators and converts
   every number with strtod. It recovers from nothing and keeps nothing.

   usage: hj212 FRAMES_FILE SECONDS */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned checksum(const char *bytes, size_t count) {
    unsigned reg = 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        reg = (reg >> 8) ^ (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            unsigned low = reg & 1;
            reg >>= 1;
            if (low) reg ^= 0xA001;
        }
    }
    return reg;
}

/* The sum of all numbers of a data area, so that nothing is optimised away. */
static double values(char *area) {
    double sum = 0;
    char *rest = area, *item;
    while ((item = strsep(&rest, ";")) != NULL) {
        char *pair;
        while ((pair = strsep(&item, ",")) != NULL) {
            char *equals = strchr(pair, '='), *end;
            if (equals == NULL) continue;
            double value = strtod(equals + 1, &end);
            if (end != equals + 1) sum += value;
        }
    }
    return sum;
}

static double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) return 1;
    static char stream[32 << 20];
    size_t count = fread(stream, 1, sizeof stream - 1, file);
    double limit = atof(argv[2]), start = cpu_seconds(), sum = 0;
    long frames = 0;
    char segment[10000];
    do {
        for (size_t at = 0; at + 6 < count;) {
            char digits[5] = {stream[at + 2], stream[at + 3], stream[at + 4], stream[at + 5], 0};
            size_t length = strtoul(digits, NULL, 10);
            memcpy(segment, stream + at + 6, length);
            segment[length] = 0;
            char stated[5] = {0};
            memcpy(stated, stream + at + 6 + length, 4);
            if (strtoul(stated, NULL, 16) != checksum(segment, length)) return 1;
            char *area = strstr(segment, "CP=&&");
            if (area != NULL) sum += values(area + 5);
            frames++;
            at += 6 + length + 6;
        }
    } while (cpu_seconds() - start < limit);
    printf("%.0f frames/s\n", (double)frames / (cpu_seconds() - start));
    return sum == 0;
}
