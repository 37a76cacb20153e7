package dev.sluice.kubernetes;

import dev.sluice.kubernetes.evidence.ObservedPod;
import dev.sluice.kubernetes.evidence.PodSource;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pods of all sets of a workload, as the watches have seen them. */
public final class SetPods implements PodSource {
  private final Cluster cluster;
  private final Workload workload;

  public SetPods(Cluster cluster, Workload workload) {
    this.cluster = cluster;
    this.workload = workload;
  }

  @Override
  public List<ObservedPod> pods() {
    List<ObservedPod> all = new ArrayList<>();
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    if (deployment.isEmpty()) {
      return all;
    }
    String uid = deployment.get().getMetadata().getUid();
    for (ReplicaSet set : cluster.sets().ownedBy(workload.namespace(), uid)) {
      for (Pod pod : cluster.pods().ownedBy(workload.namespace(), set.getMetadata().getUid())) {
        if (pod.getStatus() != null && pod.getStatus().getStartTime() != null && !Pods.over(pod)) {
          all.add(observed(pod, Sets.hash(set)));
        }
      }
    }
    return all;
  }

  /** One that has an address or waits for one. */
  public static ObservedPod observed(Pod pod, String hash) {
    return new ObservedPod(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        hash,
        Optional.ofNullable(pod.getStatus().getPodIP()),
        Pods.serves(pod),
        Instant.parse(pod.getStatus().getStartTime()),
        Optional.ofNullable(pod.getMetadata().getAnnotations()).orElse(Map.of()),
        pod.getSpec().getContainers().stream()
            .flatMap(c -> c.getPorts().stream())
            .map(ContainerPort::getContainerPort)
            .toList(),
        pod.getStatus().getContainerStatuses().stream()
            .mapToInt(ContainerStatus::getRestartCount)
            .sum());
  }
}
