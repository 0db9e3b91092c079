package dev.berth.provisioner.csi;

/** The driver did not say who it is, so nothing can be asked of it. */
public final class DriverUnavailableException extends RuntimeException {
  /** The message says which call failed and how. */
  public DriverUnavailableException(String message) {
    super(message);
  }
}
