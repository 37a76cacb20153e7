package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who wrote a version, as {@code metadata.managedFields} tells: the manager whose entry the write
 * has changed. Its times are whole seconds, so a second write of the same fields by the same
 * manager within one tells nothing; then Sluice's own marks do, which nobody else may write.
 */
final class Authors {
  private static final Set<String> SLUICE = Set.of("sluice");
  private static final Set<String> CLUSTER =
      Set.of("kube-controller-manager", "kube-scheduler", "kubelet", "contour", "kube-apiserver");
  private static final Set<String> OWN_KINDS = Set.of("Release", "ReleasePolicy");

  private Authors() {}

  static Writer of(String kind, JsonNode was, JsonNode is) {
    if (is.isMissingNode()) {
      return Writer.UNKNOWN;
    }
    if (kind.equals("Pod")) {
      return Writer.CLUSTER;
    }
    if (was.isMissingNode() && Read.label(is, Marks.TRACK).isPresent()) {
      return Writer.SLUICE;
    }
    boolean statusOnly = !was.isMissingNode() && saysTheSame(was, is);
    if (OWN_KINDS.contains(kind) && (statusOnly || kind.equals("Release"))) {
      return Writer.SLUICE;
    }
    if (statusOnly) {
      return Writer.CLUSTER;
    }
    Optional<Writer> byFields = byFields(was, is, true);
    if (byFields.isPresent()) {
      return byFields.get();
    }
    if (isHeldNow(was, is)) {
      return Writer.USER;
    }
    // Whoever only takes something away gets no new time, and others own less than before.
    return was.isMissingNode() || marks(was).equals(marks(is))
        ? byFields(was, is, false).orElse(Writer.UNKNOWN)
        : Writer.SLUICE;
  }

  /**
   * A new template is held in the very write that brings it: that mark tells nothing of its author.
   */
  private static boolean isHeldNow(JsonNode was, JsonNode is) {
    return !was.isMissingNode()
        && Read.label(was, Marks.HELD).isEmpty()
        && Read.label(is, Marks.HELD).isPresent()
        && !was.at("/spec/template").equals(is.at("/spec/template"));
  }

  /** Whether nothing but the status and what the API server keeps has changed. */
  private static boolean saysTheSame(JsonNode was, JsonNode is) {
    JsonNode a = Read.metadata(was);
    JsonNode b = Read.metadata(is);
    return was.path("spec").equals(is.path("spec"))
        && a.path("labels").equals(b.path("labels"))
        && a.path("annotations").equals(b.path("annotations"))
        && a.path("ownerReferences").equals(b.path("ownerReferences"))
        && a.path("deletionTimestamp").equals(b.path("deletionTimestamp"))
        && a.path("finalizers").equals(b.path("finalizers"));
  }

  /**
   * @param timed only those whose entry has a new time
   * @return empty where nobody is, or several are
   */
  private static Optional<Writer> byFields(JsonNode was, JsonNode is, boolean timed) {
    JsonNode before = Read.metadata(was).path("managedFields");
    JsonNode after = Read.metadata(is).path("managedFields");
    if (after.isEmpty() || before.equals(after)) {
      return Optional.empty();
    }
    Map<String, JsonNode> old = byManager(before);
    Map<String, JsonNode> now = byManager(after);
    Set<Writer> writers = EnumSet.noneOf(Writer.class);
    now.forEach(
        (manager, entry) -> {
          JsonNode then = old.get(manager);
          boolean written =
              timed
                  ? then == null || !then.path("time").equals(entry.path("time"))
                  : !entry.equals(then);
          if (written) {
            writers.add(who(manager));
          }
        });
    if (!timed) {
      old.keySet().stream().filter(m -> !now.containsKey(m)).forEach(m -> writers.add(who(m)));
    }
    return writers.size() == 1 ? Optional.of(writers.iterator().next()) : Optional.empty();
  }

  private static Map<String, JsonNode> byManager(JsonNode entries) {
    Map<String, JsonNode> all = new HashMap<>();
    for (JsonNode entry : entries) {
      all.put(
          entry.path("manager").asText()
              + " "
              + entry.path("operation").asText()
              + " "
              + entry.path("subresource").asText(),
          entry);
    }
    return all;
  }

  private static Writer who(String entry) {
    int blank = entry.indexOf(' ');
    String manager = entry.substring(0, blank);
    if (SLUICE.contains(manager)) {
      return Writer.SLUICE;
    }
    // An autoscaler writes by the controller manager, and for its user.
    boolean scaled = entry.endsWith(" scale");
    return CLUSTER.contains(manager) && !scaled ? Writer.CLUSTER : Writer.USER;
  }

  private static Map<String, String> marks(JsonNode object) {
    Map<String, String> marks = new HashMap<>();
    for (String where : new String[] {"labels", "annotations"}) {
      for (Map.Entry<String, JsonNode> pair : Read.metadata(object).path(where).properties()) {
        if (pair.getKey().startsWith(Marks.PREFIX)) {
          marks.put(where + " " + pair.getKey(), pair.getValue().asText());
        }
      }
    }
    return marks;
  }
}
