# A private redis-server, or what TEST_REDIS_SERVER names in its place, as valkey-server. Settings, all optional: unix,
# tls, password, users (ACL lines), config (lines), binary.
package RedisServer;

use strict;
use warnings;

use Carp qw(croak);
use IPC::Open2 qw(open2);
use POSIX ();

use Certificates ();
use Workspace qw(folder read_file free_port wait_until write_file);

my $count = 0;
my @all;
our $emptied;    # one of them has lost what it held, which every nginx that used it tells at crit

sub new {
    my ($class, %setting) = @_;
    my $self = bless {%setting, owner => $$}, $class;
    $self->{folder} = folder() . '/redis' . ++$count;
    mkdir $self->{folder};
    chmod 0755, $self->{folder};
    $self->{port} = $setting{unix} ? 0 : free_port();
    write_file("$self->{folder}/redis.conf", $self->configuration);
    push @all, $self;
    return $self->start;
}

sub configuration {
    my ($self) = @_;
    my @lines = ('bind 127.0.0.1', 'save ""', 'appendonly no', "dir $self->{folder}", "logfile redis.log",
        'daemonize no', 'hz 100');
    if ($self->{tls}) {
        my ($certificate, $key) = Certificates::certificate(ref $self->{tls} ? @{$self->{tls}} : 'redis.test');
        push @lines, "tls-port $self->{port}", 'port 0', "tls-cert-file $certificate", "tls-key-file $key",
            'tls-ca-cert-file ' . ($self->{tls_ca} // Certificates::authority()), 'tls-auth-clients ' . ($self->{tls_clients} // 'no');
    } else {
        push @lines, "port $self->{port}";
    }
    push @lines, "unixsocket $self->{folder}/redis.sock", 'unixsocketperm 777';
    push @lines, "requirepass $self->{password}" if $self->{password};
    push @lines, map {"user $_"} @{$self->{users} // []};
    return join "\n", @lines, @{$self->{config} // []}, '';
}

sub binary { $_[0]{binary} // $ENV{TEST_REDIS_SERVER} // 'redis-server' }
sub arguments { () }
sub port { $_[0]{port} }
sub pid { $_[0]{pid} }

# As the realm's `redis` takes it; for tests that are not about time, with more of it than a busy machine needs.
sub address { $_[0]{unix} ? "unix:$_[0]{folder}/redis.sock" : "127.0.0.1:$_[0]{port}" }
sub topology {''}
sub directives { "redis @{[ $_[0]->address ]}; redis_connect_timeout 3s; redis_timeout 3s;" }

sub start {
    my ($self) = @_;
    $self->{pid} = fork // croak "fork: $!";
    unless ($self->{pid}) {
        open STDERR, '>>', "$self->{folder}/output";
        open STDOUT, '>&', \*STDERR;
        exec $self->binary, "$self->{folder}/redis.conf", $self->arguments or POSIX::_exit(127);
    }
    wait_until { $self->cli('PING') =~ /PONG/ } 10
        or croak 'redis does not start: ' . read_file("$self->{folder}/redis.log");
    return $self;
}

# redis-cli over the Unix socket, as the default user; its output without the last newline.
sub cli {
    my ($self, @command) = @_;
    $emptied = 1 if $command[0] =~ /^FLUSH/i;
    return $self->cli_at(['-s', "$self->{folder}/redis.sock"], @command);
}

sub cli_at {
    my ($self, $place, @command) = @_;
    my $pid = open my $pipe, '-|';
    croak "fork: $!" unless defined $pid;
    unless ($pid) {
        open STDERR, '>&', \*STDOUT;
        $ENV{REDISCLI_AUTH} = $self->{password} if $self->{password};
        exec 'redis-cli', @$place, @command or POSIX::_exit(127);
    }
    local $/;
    my $output = <$pipe> // '';
    close $pipe;
    $output =~ s/\n\z//;
    return $output;
}

# The write, and whether it succeeded and all replicas, at least one, have it: both commands on one connection, as WAIT
# needs.
sub replicated { my ($self, @write) = @_; return $self->replicated_at(['-s', "$self->{folder}/redis.sock"], @write) }

sub replicated_at {
    my ($self, $place, @write) = @_;
    local $ENV{REDISCLI_AUTH} = $self->{password} if $self->{password};
    my $replicas = (() = $self->cli('INFO', 'replication') =~ /^slave\d/mg) || 1;
    my $pid = open2(my $from, my $to, 'redis-cli', @$place);
    print $to "@write\nWAIT $replicas 1000\n";
    close $to;
    chomp(my @answers = <$from>);
    waitpid $pid, 0;
    my ($reached) = ($answers[-1] // '') =~ /^(\d+)$/;
    return ($reached // 0) >= $replicas && grep { $_ eq 'OK' } @answers;
}

# How many commands of that name it ran so far; connections it accepted; connections it has, without ours.
sub calls { $_[0]->cli('INFO', 'commandstats') =~ /cmdstat_\L$_[1]\E:calls=(\d+)/ ? $1 : 0 }
sub accepted { $_[0]->cli('INFO', 'stats') =~ /total_connections_received:(\d+)/ ? $1 : 0 }
sub clients { $_[0]->cli('INFO', 'clients') =~ /connected_clients:(\d+)/ ? $1 - 1 : 0 }

sub pause { my ($self) = @_; $self->{paused} = CORE::kill STOP => $self->{pid} }
sub resume { my ($self) = @_; CORE::kill CONT => $self->{pid}; delete $self->{paused} }

# Ends it in good order, or at once; what it held is gone.
sub stop { $_[0]->end('TERM') }
sub kill { $_[0]->end('KILL') }

sub end {
    my ($self, $signal) = @_;
    my $pid = delete $self->{pid} or return;
    $emptied = 1;
    delete $self->{paused};
    CORE::kill CONT => $pid;
    CORE::kill $signal => $pid;
    waitpid $pid, 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->end('KILL') if $self->{owner} == $$;
}
END { local $?; $_->DESTROY for @all }

1;
