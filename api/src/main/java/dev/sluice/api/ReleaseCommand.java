package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sluice.engine.world.Command.Action;
import java.util.List;
import java.util.Optional;

/** One human act, bound to one release. It is created and never changed. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record ReleaseCommand(Metadata metadata, Spec spec) implements ApiObject {
  @Override
  public String kind() {
    return "ReleaseCommand";
  }

  /**
   * @param release name of the Release that it is meant for; for another one it does nothing
   * @param action what to do
   * @param stage for Approve: which; absent: the one that waits
   * @param reason in the person's own words; goes into the record
   * @param by who gave it; the API server writes it, whatever the sender says
   * @param groups that they are in, likewise
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Spec(
      String release,
      Action action,
      Optional<String> stage,
      String reason,
      Optional<String> by,
      List<String> groups) {
    public Spec {
      groups = List.copyOf(groups);
    }
  }
}
