package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import java.time.Instant;

/** What an operator does with one policy, as lines of JSON on its standard output. */
final class Journal implements Listener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String policy;

  /**
   * @param policy namespace and name
   */
  Journal(String policy) {
    this.policy = policy;
  }

  @Override
  public void decided(Decided entry) {
    ObjectNode line = line(entry.at(), entry.code(), entry.sentence());
    entry.release().ifPresent(r -> line.put("release", r));
    entry.phase().ifPresent(p -> line.put("phase", p.name()));
    entry.stage().ifPresent(s -> line.put("stage", s));
    line.put("weight", entry.weight().toString());
    line.put("odds", entry.odds());
    line.put("hurt", entry.hurt());
    print(line);
  }

  @Override
  public void troubled(String sentence) {
    says("trouble", sentence);
  }

  void says(String code, String sentence) {
    print(line(Instant.now(), code, sentence));
  }

  private ObjectNode line(Instant at, String code, String sentence) {
    return JSON.createObjectNode()
        .put("at", at.toString())
        .put("policy", policy)
        .put("reason", code)
        .put("message", sentence);
  }

  @SuppressWarnings("SystemOut")
  private static void print(ObjectNode line) {
    System.out.println(line);
  }
}
