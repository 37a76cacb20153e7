package dev.sluice.operator.cluster;

import dev.sluice.api.Resolved;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.ClusterActuator;
import dev.sluice.kubernetes.Live;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
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
    Sources make(Resolved policy, Workload workload, Writes writes);
  }
}
