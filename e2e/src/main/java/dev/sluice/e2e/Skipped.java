package dev.sluice.e2e;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests on a cluster, where no cluster can be started: they are named, with the reason. */
public final class Skipped implements ExecutionCondition {
  private static final String CLUSTER = "cluster";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean whole = context.getTestClass().isPresent() && context.getTestMethod().isEmpty();
    Optional<String> impossible = Kubelab.impossible();
    if (whole && context.getTags().contains(CLUSTER) && impossible.isPresent()) {
      String why = impossible.get();
      System.out.printf("skipped: %s; %s%n", context.getRequiredTestClass().getSimpleName(), why);
      return ConditionEvaluationResult.disabled(why);
    }
    return ConditionEvaluationResult.enabled("a cluster can be started, or none is needed");
  }
}
