package dev.sluice.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * A write of the operator's to the objects of one shop.
 *
 * @param kind what the engine calls it, its simple name; or, of what it keeps for itself, for
 *     people and for adopting, words
 * @param object resource and name
 * @param says what makes it another write than one of the same kind to the same object; the same
 *     write done again says the same
 */
record Done(String kind, String object, String says) {
  /** Of a write to the policy's status: where the release is from then on. */
  static final String STATUS = "policy's status";

  private static final String POLICY = "/metadata/labels/sluice.dev~1policy";
  private static final String HELD = "/metadata/labels/sluice.dev~1held";
  private static final String TRACK = "/metadata/labels/sluice.dev~1track";
  private static final String PIN = "/metadata/annotations/sluice.dev~1pin";
  private static final String SPLIT = "/metadata/annotations/sluice.dev~1split";

  /** Empty for a write to another namespace, a lease or an event. */
  static Optional<Done> of(Written write, String namespace) {
    List<String> words = List.of(write.path().split("/", -1));
    int at = words.indexOf("namespaces");
    if (at < 0 || words.size() < at + 3 || !words.get(at + 1).equals(namespace)) {
      return Optional.empty();
    }
    String resource = words.get(at + 2);
    if (resource.equals("leases") || resource.equals("events")) {
      return Optional.empty();
    }
    String name =
        words.size() > at + 3 ? words.get(at + 3) : write.body().at("/metadata/name").asText();
    String resources = words.size() > at + 4 ? resource + "/" + words.get(at + 4) : resource;
    return Optional.of(
        new Done(
            kind(write, resources, name), resource + "/" + name, says(write.body(), resources)));
  }

  private static String kind(Written write, String resource, String name) {
    JsonNode body = write.body();
    boolean makes = write.verb().equals("POST");
    boolean ends = write.verb().equals("DELETE");
    if (!resource.equals("replicasets") && body.at(POLICY).isNull()) {
      return "leaves";
    }
    return switch (resource) {
      case "releasepolicies/status" -> STATUS;
      case "releasepolicies" -> "policy's finalizer";
      case "releases" ->
          makes ? "release's object" : ends ? "old release's end" : "release's label";
      case "releases/status" -> "release's record";
      case "deployments" -> ofDeployment(body);
      case "replicasets" -> makes ? "CreateSet" : ends ? "DeleteSet" : ofSet(body);
      case "pods" -> makes ? "StartCheck" : "rehearsal's end";
      case "httproutes" -> body.at(SPLIT).isNull() ? "ClearSplit" : split(body);
      case "services" ->
          makes || body.has("spec")
              ? "ServeCandidate"
              : ends ? "DropCandidateService" : ofEntry(body, name);
      case "poddisruptionbudgets" ->
          makes || ends || body.has("spec") ? "candidate's budget" : ofEntry(body, name);
      default -> throw new IllegalStateException("The operator writes to " + resource + ".");
    };
  }

  private static String ofDeployment(JsonNode body) {
    if (body.has("spec")) {
      return "WriteTemplate";
    }
    return body.at(HELD).isNull() ? "Release" : body.at(HELD).isTextual() ? "Hold" : "adopts";
  }

  private static String ofSet(JsonNode body) {
    if (body.at("/spec/replicas").isInt()) {
      return "Resize";
    }
    return body.at(TRACK).isTextual() ? "TakeOut" : "GiveIn";
  }

  private static String split(JsonNode body) {
    return body.at(SPLIT).isTextual() ? "SetSplit" : "adopts";
  }

  private static String ofEntry(JsonNode body, String name) {
    if (body.at(PIN).isMissingNode()) {
      return "adopts";
    }
    return name.endsWith("-preview") ? "Preview" : body.at(PIN).isNull() ? "Unpin" : "Pin";
  }

  private static String says(JsonNode body, String resource) {
    if (resource.endsWith("/status")) {
      JsonNode status = body.path("status");
      return String.join(
          " ",
          status.path("release").asText(),
          status.path("phase").asText(),
          status.path("stage").asText(),
          status.path("weight").asText(),
          status.path("reason").asText());
    }
    if (body.path("metadata") instanceof ObjectNode) {
      ObjectNode copy = body.deepCopy();
      ((ObjectNode) copy.path("metadata")).remove("resourceVersion");
      return copy.toString();
    }
    return "";
  }

  /** Where a release is once a status says this. */
  static String where(Written write) {
    JsonNode status = write.body().path("status");
    return (status.path("phase").asText() + " " + status.path("stage").asText()).strip();
  }
}
