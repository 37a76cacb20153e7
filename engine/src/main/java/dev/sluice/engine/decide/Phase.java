package dev.sluice.engine.decide;

/**
 * Where a release is.
 *
 * <pre>
 * CHECKING → PREPARING → SHIFTING(stage) → BAKING → HANDING_OVER → SUCCEEDED
 *     └──────────┴───────────┴────────────────┴──→ ABORTING → ABORTED | REVERTED | SUPERSEDED
 * </pre>
 */
public enum Phase {
  CHECKING,
  PREPARING,
  SHIFTING,
  BAKING,
  HANDING_OVER,
  SUCCEEDED,
  ABORTING,
  ABORTED,
  REVERTED,
  SUPERSEDED;

  /** Nothing more will come of it. */
  public boolean ended() {
    return switch (this) {
      case SUCCEEDED, ABORTED, REVERTED, SUPERSEDED -> true;
      case CHECKING, PREPARING, SHIFTING, BAKING, HANDING_OVER, ABORTING -> false;
    };
  }

  /** No user can have reached the candidate. */
  public boolean beforeTraffic() {
    return switch (this) {
      case CHECKING, PREPARING -> true;
      case SHIFTING, BAKING, HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED ->
          false;
    };
  }

  /** Still on its way to the hand-over: it can be aborted, reverted or superseded. */
  public boolean canTurnBack() {
    return switch (this) {
      case CHECKING, PREPARING, SHIFTING, BAKING -> true;
      case HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED -> false;
    };
  }
}
