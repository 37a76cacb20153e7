package dev.sluice.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Ticks per second of {@code sluice judge}: a process of its own reads a file of ticks of 20 pods
 * with a rate and a histogram each. Given are the ticks of the file, runs, and options of its Java.
 * What counts is the process's time on processors, garbage collection included, once it is warm: a
 * run over the first third of the file is taken off.
 */
public final class JudgeFilterBench {
  private static final int PODS = 20;
  private static final int TICK = 10;

  private JudgeFilterBench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int ticks = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
    int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    List<String> options =
        args.length > 2 ? List.of(args).subList(2, args.length) : List.of("-XX:+UseSerialGC");
    Path part = Files.createTempFile("judge-part", ".jsonl");
    Path whole = Files.createTempFile("judge", ".jsonl");
    Path output = Files.createTempFile("judge", ".out");
    try {
      write(part, ticks / 3);
      write(whole, ticks);
      double[] warm = new double[runs];
      double[] all = new double[runs];
      for (int run = 0; run < runs; run++) {
        double start = judge(part, output, options).toNanos();
        double took = judge(whole, output, options).toNanos();
        warm[run] = (ticks - ticks / 3) * 1e9 / (took - start);
        all[run] = ticks * 1e9 / took;
      }
      System.out.printf(
          "%,d ticks of %d pods (%,d MB), %s, %d runs: median %,.0f ticks/s of one processor (%,.0f"
              + " to %,.0f); with the start and the first %,d: %,.0f%n",
          ticks,
          PODS,
          Files.size(whole) / 1_000_000,
          String.join(" ", options),
          runs,
          Quantile.of(warm, 0.5),
          Quantile.of(warm, 0),
          Quantile.of(warm, 1),
          ticks / 3,
          Quantile.of(all, 0.5));
    } finally {
      Files.deleteIfExists(part);
      Files.deleteIfExists(whole);
      Files.deleteIfExists(output);
    }
  }

  private static Duration judge(Path input, Path output, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.sluice.cli.Main", "judge"));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Duration took = Duration.ZERO;
    while (!process.waitFor(Duration.ofMillis(20))) {
      took = process.info().totalCpuDuration().orElse(took);
    }
    if (process.exitValue() != 0) {
      throw new IOException("sluice judge ended with " + process.exitValue());
    }
    return took;
  }

  /** A good version at half of 1,000 requests/s, in a stage that does not end. */
  private static void write(Path to, int ticks) throws IOException {
    Random random = new Random(1);
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      pods.add(pods(random));
    }
    try (BufferedWriter out = Files.newBufferedWriter(to)) {
      out.write(
          "{\"config\":{\"tick\":10,\"analysis\":{\"arm\":\"Always\"},\"stages\":[{\"name\":\"half\","
              + "\"weight\":50,\"min\":\"700h\",\"max\":\"720h\"}],\"holdback\":\"10%\",\"bake\":\"3m\"}}\n");
      for (int t = 1; t <= ticks; t++) {
        out.write(
            "{\"t\":%d,\"weight\":50.0,\"pods\":[%s]}\n"
                .formatted(t * TICK, pods.get(t % pods.size())));
      }
    }
  }

  private static String pods(Random random) {
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      int total = (int) (500 + 22 * random.nextGaussian());
      int bad = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
      pods.add(
          String.format(
              Locale.ROOT,
              "{\"track\":\"%s\",\"pod\":\"orders-7d9c5bd6c-%05d\",\"age\":3600,\"metrics\":{\"errors\":{\"bad\":%d,\"total\":%d},"
                  + "\"latency\":{\"le\":{\"0.1\":%d,\"0.25\":%d,\"0.5\":%d,\"1\":%d,\"2.5\":%d,\"+Inf\":%d}}}}",
              i % 2 == 0 ? "candidate" : "stable",
              i,
              bad,
              total,
              (int) (total * 0.738),
              (int) (total * 0.963),
              total - random.nextInt(4),
              total,
              total,
              total));
    }
    return String.join(",", pods);
  }
}
