package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Optional;

/** What Sluice reads of an object's metadata. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Metadata(
    String name,
    Optional<String> namespace,
    Map<String, String> labels,
    Map<String, String> annotations) {
  public Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  public static Metadata named(String name, Optional<String> namespace) {
    return new Metadata(name, namespace, Map.of(), Map.of());
  }

  /** The same in that namespace. */
  public Metadata in(String other) {
    return new Metadata(name, Optional.of(other), labels, annotations);
  }

  /**
   * Fields that only the API server writes are let pass: {@code kubectl get -o yaml} is input too.
   */
  static Metadata read(Fields fields) {
    Metadata metadata =
        new Metadata(
            fields.name("name"),
            fields.optionalName("namespace"),
            fields.map("labels"),
            fields.map("annotations"));
    for (String written : SERVERS_OWN) {
      fields.skip(written);
    }
    fields.end();
    return metadata;
  }

  private static final String[] SERVERS_OWN = {
    "uid",
    "generation",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "ownerReferences",
    "finalizers",
    "generateName",
    "selfLink"
  };
}
