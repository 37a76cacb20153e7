package dev.sluice.probes.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.MessageTemplate;
import dev.sluice.api.Words;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What people read, and what programs do. JSON is built, never put together from texts. */
final class Texts {
  static final ObjectMapper JSON = new ObjectMapper();

  /** A section of Slack has at most 3,000 characters. */
  static final int TEXT = 2900;

  private Texts() {}

  /** The user's template with each value escaped; empty: there is none. */
  static Optional<String> templated(
      Optional<MessageTemplate> template, Notice notice, UnaryOperator<String> escape) {
    return template.map(
        t -> {
          Map<String, String> values =
              notice.values().entrySet().stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, e -> escape.apply(e.getValue())));
          return Notice.fitting(t.with(values), TEXT);
        });
  }

  /** With nothing to be escaped: it goes where texts are texts. */
  static String plain(Optional<MessageTemplate> template, Notice notice) {
    return templated(template, notice, UnaryOperator.identity())
        .orElseGet(() -> notice.headline() + ". " + notice.sentence());
  }

  /** The body of a webhook, and the data of a CloudEvent. */
  static ObjectNode data(Optional<MessageTemplate> template, Notice notice) {
    ObjectNode data = JSON.createObjectNode();
    data.put("id", notice.id());
    data.put("type", notice.type());
    data.put("at", notice.at().toString());
    data.put("occasion", Words.of(notice.occasion()));
    data.put("namespace", notice.namespace());
    data.put("policy", notice.policy());
    notice.release().ifPresent(r -> data.put("release", r));
    notice.version().ifPresent(v -> data.put("version", v));
    notice.stage().ifPresent(s -> data.put("stage", s));
    data.put("weight", notice.weight());
    if (Double.isFinite(notice.odds())) {
      data.put("odds", notice.odds());
    }
    if (Double.isFinite(notice.hurt())) {
      data.put("hurt", notice.hurt());
    }
    data.put("code", notice.code());
    data.put("sentence", notice.sentence());
    data.put("message", plain(template, notice));
    return data;
  }

  static String json(ObjectNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers cannot fail to be written", e);
    }
  }
}
