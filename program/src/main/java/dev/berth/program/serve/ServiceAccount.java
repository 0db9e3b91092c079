package dev.berth.program.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What Kubernetes puts into every pod that has a service account. */
final class ServiceAccount {
  private static final Path NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  private ServiceAccount() {}

  /** The namespace of the pod; empty outside one. */
  static Optional<String> namespace() {
    try {
      return Optional.of(Files.readString(NAMESPACE).strip()).filter(name -> !name.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
