package dev.sluice.operator.cluster;

import dev.sluice.api.Problem;
import dev.sluice.api.Resolved;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.ClusterActuator;
import dev.sluice.kubernetes.Live;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import java.util.List;
import java.util.Map;

/** What one policy's loop knows of its pods and their requests. */
public interface Sources extends ClusterActuator.Checks, AutoCloseable {
  EvidenceSource evidence();

  Live live();

  /** Results by check name, of the release of that id; it only reads. */
  Map<String, CheckResult> checks(String release);

  @Override
  void close();

  /** Makes what makes them, once there is a cluster to look at. */
  interface Factory {
    Maker on(Cluster cluster);
  }

  /** Makes them for a policy. */
  interface Maker {
    /** What the policy asks for and this operator has not; nothing is released then. */
    default List<Problem> lacking(Resolved policy) {
      return List.of();
    }

    Sources make(Resolved policy, Workload workload, Writes writes);
  }
}
