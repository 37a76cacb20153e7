package dev.sluice.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;

/**
 * A cluster with gateway and order service for the tests of a class, new for each class. What a
 * failed test leaves behind, and what its users wrote down, is collected under {@code
 * target/e2e/CLASS.METHOD}.
 *
 * <pre>{@code
 * @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);
 * }</pre>
 */
public final class RealCluster
    implements BeforeAllCallback,
        AfterAllCallback,
        AfterTestExecutionCallback,
        AfterEachCallback,
        LifecycleMethodExecutionExceptionHandler {
  private final Kubelab.Options options;
  private final boolean released;
  private Optional<Kubelab> kubelab = Optional.empty();
  private Optional<Gateway> gateway = Optional.empty();
  private Optional<SluiceOnCluster> sluice = Optional.empty();
  private final List<Users> users = new ArrayList<>();

  private RealCluster(Kubelab.Options options, boolean released) {
    this.options = options;
    this.released = released;
  }

  public static RealCluster with(Kubelab.Options options) {
    return new RealCluster(options, false);
  }

  /** With Sluice installed and its operator at work. */
  public static RealCluster withSluice(Kubelab.Options options) {
    return new RealCluster(options, true);
  }

  public Kubelab kubelab() {
    return kubelab.orElseThrow();
  }

  public Gateway gateway() {
    return gateway.orElseThrow();
  }

  public SluiceOnCluster sluice() {
    return sluice.orElseThrow();
  }

  /** A shop in a namespace of its own, which serves v1 when this returns. */
  public ReleasedShop open(String namespace) {
    return ReleasedShop.open(kubelab(), gateway(), namespace);
  }

  /** They come from now on, and leave when the test is over if they have not before. */
  public Users bring(Users.Plan plan) {
    Users some = plan.come();
    users.add(some);
    return some;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    kubelab = Optional.of(Kubelab.start(options));
    kubelab().loadOrderService();
    gateway = Optional.of(Gateway.start(kubelab()));
    if (released) {
      sluice = Optional.of(SluiceOnCluster.start(kubelab(), gateway()));
    }
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    context.getExecutionException().ifPresent(e -> collect(context, e));
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    collect(context, failure);
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    users.forEach(Users::close);
    users.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    try (AutoCloseable _ = () -> kubelab.ifPresent(Kubelab::close);
        AutoCloseable _ = () -> gateway.ifPresent(Gateway::close)) {
      sluice.ifPresent(SluiceOnCluster::close);
    }
  }

  /** Never hides why the test failed. */
  private void collect(ExtensionContext context, Throwable failure) {
    String test =
        context.getRequiredTestClass().getSimpleName()
            + "."
            + context.getRequiredTestMethod().getName();
    Path folder = Path.of("target", "e2e", test);
    try {
      kubelab().collect(folder);
      for (int i = 0; i < users.size(); i++) {
        users.get(i).accounts().write(folder.resolve("users-" + (i + 1) + ".tsv"));
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
