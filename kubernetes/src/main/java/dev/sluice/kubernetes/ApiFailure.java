package dev.sluice.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;

/** The API server did not do what it was asked; its own words, without the client's around them. */
public final class ApiFailure extends IOException {
  private static final long serialVersionUID = 1;

  private ApiFailure(String message) {
    super(message);
  }

  /**
   * @param what was not done, like "The status of shop/orders was not written"
   */
  public static ApiFailure of(String what, KubernetesClientException e) {
    ApiFailure failure = new ApiFailure(what + ": " + said(e) + ".");
    failure.addSuppressed(e);
    return failure;
  }

  /** Whether nobody answered; the client says -1 then, and 0 where it gave up by itself. */
  static boolean unanswered(KubernetesClientException e) {
    return e.getCode() <= 0;
  }

  /** What the API server says, or why it was not reached. */
  static String said(KubernetesClientException e) {
    String status = e.getStatus() == null ? null : e.getStatus().getMessage();
    if (status != null) {
      return status;
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
