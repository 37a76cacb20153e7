package dev.sluice.sim.api;

/** What an API server answers instead of an object. */
public final class ApiError extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  private ApiError(int code, String message) {
    super(message);
    this.code = code;
  }

  /** As HTTP has it. */
  public int code() {
    return code;
  }

  static ApiError notFound(Key key) {
    return new ApiError(404, key + " not found");
  }

  static ApiError exists(Key key) {
    return new ApiError(409, key + " already exists");
  }

  static ApiError conflict(Key key) {
    return new ApiError(
        409,
        "Operation cannot be fulfilled on "
            + key
            + ": the object has been modified; please apply your changes to the latest version and try again");
  }
}
