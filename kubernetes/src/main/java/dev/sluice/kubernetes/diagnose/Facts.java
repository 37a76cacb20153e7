package dev.sluice.kubernetes.diagnose;

import java.util.List;

/**
 * All that was seen, at one moment.
 *
 * @param patients whom the diagnoses are for
 * @param whole whether what belongs to nobody is asked for, too
 */
public record Facts(
    ClusterFacts cluster, List<InNamespace> namespaces, List<Patient> patients, boolean whole) {
  public Facts {
    namespaces = List.copyOf(namespaces);
    patients = List.copyOf(patients);
  }
}
