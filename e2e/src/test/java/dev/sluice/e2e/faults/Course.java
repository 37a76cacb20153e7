package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.Shop;
import dev.sluice.kubernetes.Cluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A course that releases may take, from adopting to its end. */
enum Course {
  CANARY(Spec.ROUTED + Spec.STAGES + "keepWarm: 2s\n", Kinds.CANARY, 8) {
    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.adopt(spec());
      shop.shop().deploy(Edition.of("v2"));
      ends(shop, "Succeeded");
      until(shop, "v2's pods alone are left", () -> isNew(shop, before));
    }
  },

  BLUE_GREEN(
      """
      strategy: { blueGreen: { previewService: order-service-preview, validate: 3s, bake: 3s } }
      keepWarm: 2s
      """,
      Set.of("Preview", "Pin", "Unpin", "CreateSet", "StartCheck", "TakeOut", "GiveIn", "Release"),
      8) {
    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.adopt(spec());
      shop.shop().deploy(Edition.of("v2"));
      ends(shop, "Succeeded");
      until(shop, "v2's pods alone are left", () -> isNew(shop, before));
    }
  },

  BY_REPLICAS(
      """
      strategy:
        canary:
          stages:
            - { name: some, weight: 20, min: 2s, max: 6s }
            - { name: half, weight: 50, min: 2s, max: 6s }
          bake: 3s
      keepWarm: 2s
      """,
      Set.of("Pin", "Unpin", "CreateSet", "Resize", "StartCheck", "TakeOut", "GiveIn", "Release"),
      8) {
    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.adopt(spec());
      shop.shop().deploy(Edition.of("v2"));
      ends(shop, "Succeeded");
      until(shop, "v2's pods alone are left", () -> isNew(shop, before));
    }
  },

  ABORT(Spec.ROUTED + Spec.STAGES, Kinds.BACK, 8) {
    @Override
    void begins(ReleasedShop shop) {
      toHalf(shop);
    }

    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.command("Abort", 1);
      ends(shop, "Aborted");
      shop.shop().deploy(Edition.of("v1"));
      until(shop, "stable's own pods alone are left", () -> shop.pods().equals(before.pods()));
    }
  },

  REVERT(Spec.ROUTED + Spec.STAGES, Kinds.BACK, 8) {
    @Override
    void begins(ReleasedShop shop) {
      toHalf(shop);
    }

    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.shop().deploy(Edition.of("v1"));
      ends(shop, "Reverted");
      until(shop, "stable's own pods alone are left", () -> shop.pods().equals(before.pods()));
    }
  },

  SUPERSEDE(Spec.ROUTED + Spec.STAGES + "keepWarm: 0s\n", Kinds.CANARY, 12) {
    @Override
    void begins(ReleasedShop shop) {
      toHalf(shop);
    }

    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.shop().deploy(Edition.of("v3"));
      ends(shop, "Superseded", "Succeeded");
      until(shop, "v3's pods alone are left", () -> isNew(shop, before));
    }
  },

  HAND_OVER(Spec.ROUTED + Spec.STAGES + "keepWarm: 0s\n", Kinds.CANARY, 12) {
    @Override
    void begins(ReleasedShop shop) {
      shop.adopt(spec());
      shop.shop().deploy(Edition.of("v2"));
      until(shop, "v2 is handed over", () -> shop.phase(1).equals("HandingOver"));
    }

    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.shop().deploy(Edition.of("v3"));
      ends(shop, "Succeeded", "Succeeded");
      until(shop, "v3's pods alone are left", () -> isNew(shop, before));
    }
  },

  UNDO(
      Spec.ROUTED + Spec.STAGES + "keepWarm: 10m\n",
      Set.of("Hold", "WriteTemplate", "Pin", "TakeOut", "GiveIn", "Release"),
      8) {
    @Override
    void begins(ReleasedShop shop) {
      shop.adopt(spec());
      shop.shop().deploy(Edition.of("v2"));
      ends(shop, "Succeeded");
    }

    @Override
    void goesOn(ReleasedShop shop, Before before) {
      shop.command("Undo", 1);
      ends(shop, "Succeeded", "Succeeded");
      until(shop, "v1's own pods alone are left", () -> shop.pods().equals(before.pods()));
    }
  },

  LEAVE(
      Spec.ROUTED + Spec.STAGES,
      Set.of("leaves", "policy's finalizer", "SetSplit", "ClearSplit", "Resize"),
      16) {
    @Override
    void begins(ReleasedShop shop) {
      toHalf(shop);
    }

    @Override
    void goesOn(ReleasedShop shop, Before before) {
      var policy =
          shop.shop()
              .developer()
              .genericKubernetesResources(Cluster.POLICIES)
              .inNamespace(shop.namespace())
              .withName(Shop.NAME);
      policy.delete();
      until(shop, "the policy is gone", () -> policy.get() == null);
      shop.shop().awaitRolledOut();
      until(shop, "one version is left", () -> shop.pods().size() == REPLICAS);
      assertThat(shop.shop().served()).contains("v2");
      assertThat(shop.extras()).isEmpty();
      Map<String, Object> written = new HashMap<>(before.written());
      Map<String, Object> now = shop.written();
      written.remove("Deployment spec");
      now.remove("Deployment spec");
      assertThat(now).as("restored to the letter").isEqualTo(written);
    }
  };

  /** How a shop was before it was adopted. */
  record Before(Set<String> pods, Map<String, Object> written) {}

  static final int REPLICAS = 4;

  /** Each of its writes costs a start of the operator. */
  private static final Duration PATIENCE = Duration.ofMinutes(7);

  private final String spec;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of
  private final Set<String> deadly;

  private final int pods;

  Course(String spec, Set<String> deadly, int pods) {
    this.spec = spec;
    this.deadly = deadly;
    this.pods = pods;
  }

  /** As far as another course goes the same way; nobody is killed meanwhile. */
  void begins(ReleasedShop shop) {}

  /** To rest, with the ends of all its releases asserted. */
  abstract void goesOn(ReleasedShop shop, Before before);

  void toHalf(ReleasedShop shop) {
    shop.adopt(spec());
    shop.shop().deploy(Edition.of("v2"));
    until(shop, "the second stage", () -> shop.stage(1).equals("half"));
  }

  String spec() {
    return spec + "drain: 1s\nanalysis: { arm: Always }\n";
  }

  /** Kinds of writes that it cannot do without. */
  Set<String> deadly() {
    return deadly;
  }

  /** That are ever made, at most: each version's once, and none of them again. */
  int pods() {
    return pods;
  }

  /** All of its releases, in their order. */
  private static void ends(ReleasedShop shop, String... phases) {
    for (int i = 1; i <= phases.length; i++) {
      int release = i;
      until(shop, "release " + i + " has ended", () -> shop.ended(release));
    }
    assertThat(Stream.iterate(1, i -> i <= phases.length, i -> i + 1).map(shop::phase))
        .as("of %s, which was decided %s", shop.namespace(), shop.decisions(phases.length))
        .containsExactly(phases);
    assertThat(shop.releases()).hasSize(phases.length);
  }

  private static boolean isNew(ReleasedShop shop, Before before) {
    Set<String> now = shop.pods();
    return now.size() == REPLICAS && before.pods().stream().noneMatch(now::contains);
  }

  private static void until(ReleasedShop shop, String what, BooleanSupplier so) {
    Await.until(shop.namespace() + ": " + what, PATIENCE, so);
  }

  private static final class Spec {
    static final String ROUTED = "route: { gateway: { httpRoutes: [{ name: order-service }] } }\n";
    static final String STAGES =
        """
        strategy:
          canary:
            stages:
              - { name: small, weight: 10, min: 2s, max: 6s }
              - { name: half, weight: 50, min: 2s, max: 6s }
            bake: 3s
        """;

    private Spec() {}
  }

  private static final class Kinds {
    static final Set<String> CANARY =
        Set.of(
            Done.STATUS,
            "release's object",
            "release's record",
            "Pin",
            "Unpin",
            "SetSplit",
            "ClearSplit",
            "CreateSet",
            "Resize",
            "TakeOut",
            "GiveIn",
            "Release",
            "ServeCandidate",
            "DropCandidateService",
            "StartCheck");
    static final Set<String> BACK =
        Set.of(
            Done.STATUS,
            "release's record",
            "Unpin",
            "SetSplit",
            "ClearSplit",
            "Resize",
            "DeleteSet",
            "DropCandidateService",
            "Release");

    private Kinds() {}
  }
}
