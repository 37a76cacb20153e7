package dev.sluice.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;

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

  /** The client has no status then: nobody was reached, or nobody answered in time. */
  static boolean isUnanswered(KubernetesClientException e) {
    return e.getCode() <= 0;
  }

  /** What the API server says, or why it was not reached. */
  static String said(KubernetesClientException e) {
    String status = e.getStatus() == null ? null : e.getStatus().getMessage();
    if (status != null) {
      return status;
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      // The JDK's client leaves the messages of these empty.
      if (cause instanceof ConnectException) {
        return "it cannot be connected to";
      }
      if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
        return "it did not answer in time";
      }
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
