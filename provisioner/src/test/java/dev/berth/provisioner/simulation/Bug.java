package dev.berth.provisioner.simulation;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.provisioner.Through;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.queue.Reconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Bugs that a controller could have; the simulator must find each of them. */
enum Bug implements Plant {
  /** The claim is let go before the driver has said what became of its volume. */
  FINALIZER_DROPPED_EARLY {
    @Override
    public Cluster cluster(Cluster real) {
      return new Through(real) {
        @Override
        public <T extends HasMetadata> T replace(T object) {
          T written = super.replace(object);
          if (written instanceof PersistentVolumeClaim claim
              && claim.getMetadata().getFinalizers().contains(Names.CREATING_FINALIZER)) {
            var _ =
                super.replace(
                    new PersistentVolumeClaimBuilder(claim)
                        .editMetadata()
                        .removeFromFinalizers(Names.CREATING_FINALIZER)
                        .endMetadata()
                        .build());
          }
          return written;
        }
      };
    }
  },

  /** "May still be running" is taken for a final no. */
  OUTCOME_FORGOTTEN {
    @Override
    public DriverChannel.Answers driver(DriverChannel.Answers real) {
      return uncertainIs(Status.INTERNAL, real);
    }
  },

  /** "May still be running" is taken for "no room here". */
  WRONG_STATUS_CLASS {
    @Override
    public DriverChannel.Answers driver(DriverChannel.Answers real) {
      return uncertainIs(Status.RESOURCE_EXHAUSTED, real);
    }
  },

  /** A deletion that failed is taken for done. */
  FAILED_DELETE_BELIEVED {
    @Override
    public DriverChannel.Answers driver(DriverChannel.Answers real) {
      return (method, request) -> {
        try {
          return real.answer(method, request);
        } catch (StatusRuntimeException e) {
          if (method.equals("DeleteVolume")) {
            return DeleteVolumeResponse.getDefaultInstance();
          }
          throw e;
        }
      };
    }
  },

  /** Every try of a CreateVolume has a name of its own. */
  DOUBLE_PROVISION {
    @Override
    public DriverChannel.Answers driver(DriverChannel.Answers real) {
      AtomicInteger tries = new AtomicInteger();
      return (method, request) ->
          request instanceof CreateVolumeRequest create
              ? real.answer(
                  method,
                  create.toBuilder()
                      .setName(create.getName() + "-" + tries.incrementAndGet())
                      .build())
              : real.answer(method, request);
    }
  },

  /** Every PV is taken for one whose volume is to be deleted. */
  RETAIN_IGNORED {
    @Override
    public Cluster cluster(Cluster real) {
      return new Through(real) {
        @Override
        public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
          return super.get(kind, key).map(object -> deleting(kind, object));
        }

        @Override
        public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
          return super.getLive(kind, key).map(object -> deleting(kind, object));
        }

        private <T extends HasMetadata> T deleting(Kind<T> kind, T object) {
          return object instanceof PersistentVolume volume
              ? kind.type()
                  .cast(
                      new PersistentVolumeBuilder(volume)
                          .editSpec()
                          .withPersistentVolumeReclaimPolicy("Delete")
                          .endSpec()
                          .build())
              : object;
        }
      };
    }
  },

  /** Nobody is told that something has gone. */
  DELETIONS_NOT_HEARD {
    @Override
    public Cluster cluster(Cluster real) {
      return new Through(real) {
        @Override
        public <T extends HasMetadata> Subscription watch(
            Kind<T> kind, Consumer<Change<T>> listener) {
          return super.watch(
              kind,
              change -> {
                if (!(change instanceof Change.Deleted)) {
                  listener.accept(change);
                }
              });
        }
      };
    }
  },

  /** What has failed is not tried again. */
  FAILURES_FORGOTTEN {
    @Override
    public Reconciler<Key> reconciler(Reconciler<Key> real) {
      return new Reconciler<>() {
        @Override
        public String name() {
          return real.name();
        }

        @Override
        public Outcome reconcile(Key key) {
          try {
            return real.reconcile(key) instanceof Outcome.Again again ? again : Outcome.done();
          } catch (ClusterException _) {
            return Outcome.done();
          }
        }
      };
    }
  },

  /** Before something is deleted, the cache is asked where the cluster should be. */
  CACHE_TRUSTED_FOR_A_DELETE {
    @Override
    public Cluster cluster(Cluster real) {
      return new Through(real) {
        @Override
        public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
          return kind.equals(Kind.CLAIM) || kind.equals(Kind.VOLUME)
              ? super.get(kind, key)
              : super.getLive(kind, key);
        }

        @Override
        public <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
          list(kind).forEach(each);
        }
      };
    }
  },

  /** A claim that pods use is let go. */
  PROTECTION_DROPPED_EARLY {
    @Override
    public Cluster cluster(Cluster real) {
      return new Through(real) {
        @Override
        public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
          return index == Index.POD_BY_CLAIM ? List.of() : super.list(kind, index, value);
        }
      };
    }
  },

  /** Nobody is told why. */
  EVENTS_NOT_WRITTEN {
    @Override
    public Cluster cluster(Cluster real) {
      return new Through(real) {
        @Override
        public void event(Notice notice) {
          // lost
        }
      };
    }
  };

  private static final Set<Status.Code> MAY_RUN =
      Set.of(
          Status.Code.CANCELLED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNAVAILABLE,
          Status.Code.ABORTED);

  private static DriverChannel.Answers uncertainIs(Status other, DriverChannel.Answers real) {
    return (method, request) -> {
      try {
        return real.answer(method, request);
      } catch (StatusRuntimeException e) {
        throw MAY_RUN.contains(e.getStatus().getCode()) ? other.asRuntimeException() : e;
      }
    };
  }
}
