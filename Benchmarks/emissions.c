// The sums of EmissionReplay without any rule: minute means of twelve factors from samples every 5 s, dry standard state, conversion,
// flow and mass by the minute, hour means of the minutes. usage: emissions DAYS
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { factors = 12 };

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    const long days = atol(argv[1]);
    static const double middles[factors] = {28, 40, 12, 7, 12.5, 120, -0.5, 8, 60, 9, 200, 2};
    double sum[factors] = {0}, low[factors], high[factors], hour[factors] = {0}, total = 0;
    long samples = 0, minutes = 0, step = 0;
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    for (; step < days * 17280; step++) {
        const double wave = (double)(step * 7919 % 17291) / 17291 - 0.5;
        double x[factors];
        for (int i = 0; i < factors; i++) x[i] = middles[i] * (1 + 0.2 * wave);
        const double ratio = 273 / (273 + x[5]) * (98500 + 1000 * x[6]) / 101325, dry = 1 - x[7] / 100;
        x[2] = x[2] / ratio / dry;
        x[3] /= dry;
        x[9] /= dry;
        for (int i = 0; i < factors; i++) {
            sum[i] += x[i];
            if (step % 12 == 0 || x[i] < low[i]) low[i] = x[i];
            if (step % 12 == 0 || x[i] > high[i]) high[i] = x[i];
            samples++;
        }
        if (step % 12 != 11) continue;
        const double t = sum[5] / 12, p = sum[6] / 12, h = sum[7] / 12;
        const double flow = 3600 * 12.566 * 1.02 * sum[4] / 12 * 273 / (273 + t) * (98500 + 1000 * p) / 101325 * (1 - h / 100);
        for (int i = 0; i < factors; i++) {
            hour[i] += sum[i] / 12;
            total += sum[i] / 12 * 15 / (21 - sum[3] / 12) + sum[i] / 12 * flow * 1e-6 / 60 + low[i] + high[i];
            sum[i] = 0;
        }
        if (++minutes % 60 == 0)
            for (int i = 0; i < factors; i++) total += hour[i] / 60, hour[i] = 0;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    const double seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    printf("%.0f samples/s (%g)\n", (double)samples / seconds, total);
    return 0;
}
