package dev.sluice.kubernetes.evidence;

import java.io.IOException;
import java.util.List;

/** The pods of every set of a workload, ending ones included. */
@FunctionalInterface
public interface PodSource {
  /**
   * As they are now.
   *
   * @throws IOException if the API server does not say
   */
  List<ObservedPod> pods() throws IOException;
}
