package dev.berth.provisioner.cluster.kubernetes;

/** The server cannot go on from a version: it has forgotten it (410), or never had it. */
final class VersionUnknownException extends RuntimeException {
  VersionUnknownException(String message) {
    super(message);
  }
}
