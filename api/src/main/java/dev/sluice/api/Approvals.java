package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whose yes counts where a stage asks for one, and who may promote. The right to give the command
 * at all is the cluster's to grant, on releases/approve and releases/promote.
 *
 * @param fourEyes whether it must be another person than who changed the template
 * @param groups of which the person must be in one; empty: anybody who may approve
 * @param people how many different ones must say yes
 * @param expires after that a yes counts no longer; absent: it counts until the release ends
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Approvals(
    boolean fourEyes, List<String> groups, int people, Optional<Duration> expires) {
  static final int MOST_GROUPS = 16;
  static final int MOST_PEOPLE = 10;
  static final Duration LONGEST = Duration.ofDays(30);

  public Approvals {
    groups = List.copyOf(groups);
  }

  static Approvals read(Fields approvals) {
    List<String> groups = approvals.texts("groups");
    approvals.distinct("groups", groups);
    if (groups.size() > MOST_GROUPS) {
      approvals.wrong("groups", "names " + groups.size(), "write at most " + MOST_GROUPS);
    }
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).isBlank()) {
        approvals.wrong(
            "groups[" + i + "]", "is empty", "write a group as the API server knows it");
      }
    }
    Approvals read =
        new Approvals(
            approvals.flag("fourEyes").orElse(false),
            groups,
            approvals.integer("people", 1, MOST_PEOPLE).orElse(1),
            PolicyReader.positive(approvals, "expires", LONGEST));
    approvals.end();
    return read;
  }
}
