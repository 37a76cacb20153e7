package dev.sluice.cli.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cli.Sluice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What {@code sluice judge} made of an input. */
record Judged(int exit, List<JsonNode> answers, String err) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static final String CONFIG =
      """
      {"config":{"tick":10,"analysis":{"arm":"Always"},"stages":[\
      {"name":"small","weight":5,"min":"20s","max":"60s"},\
      {"name":"half","weight":50,"min":"20s","max":"60s"}],"holdback":"10%","bake":"20s"}}
      """;

  static Judged of(byte[] input) {
    InputStream usual = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      Sluice said = Sluice.run("judge");
      return new Judged(said.exit(), said.out().lines().map(Judged::json).toList(), said.err());
    } finally {
      System.setIn(usual);
    }
  }

  static Judged of(String... lines) {
    return of(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode last() {
    return answers.getLast();
  }

  List<String> verdicts() {
    return answers.stream().map(a -> a.path("verdict").asText()).toList();
  }

  List<Double> next() {
    return answers.stream().map(a -> a.path("next").asDouble()).toList();
  }

  /** A tick of two pods of each track that all give so many responses; errors are of each pod. */
  static String tick(double t, double weight, int candidateErrors, int stableErrors, int each) {
    return "{\"t\":%s,\"weight\":%s,\"pods\":[%s,%s,%s,%s]}"
        .formatted(
            t,
            weight,
            pod("candidate", "c1", candidateErrors, share(each, weight)),
            pod("candidate", "c2", candidateErrors, share(each, weight)),
            pod("stable", "s1", stableErrors, share(each, 100 - weight)),
            pod("stable", "s2", stableErrors, share(each, 100 - weight)));
  }

  /** Pods that could not be read are listed without metrics. */
  static String tick(double t, double weight, String candidate, String stable) {
    return "{\"t\":%s,\"weight\":%s,\"pods\":[%s,%s]}"
        .formatted(
            t,
            weight,
            "{\"track\":\"candidate\",\"pod\":\"c1\",\"age\":100,\"metrics\":%s}"
                .formatted(candidate),
            "{\"track\":\"stable\",\"pod\":\"s1\",\"age\":100,\"metrics\":%s}".formatted(stable));
  }

  static String pod(String track, String name, int bad, int total) {
    return "{\"track\":\"%s\",\"pod\":\"%s\",\"age\":100,\"metrics\":{\"errors\":{\"bad\":%d,\"total\":%d}}}"
        .formatted(track, name, Math.min(bad, total), total);
  }

  private static int share(int all, double percent) {
    return (int) Math.round(all * percent / 100);
  }
}
