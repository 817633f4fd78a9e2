# A TCP proxy before a Redis, or a Redis of its own invention, that misbehaves on demand.
#
#   my $proxy = FaultProxy->new(target => $redis->port);    # or without target: answers only by `answer`
#   $proxy->mode('delay', 300);                             # until the next call of mode
#
# Modes: pass; delay MS (of replies); jitter MS MS (a delay between the two, another each time); drop (replies vanish); silent (accepts, forwards nothing); close (ends every
# connection at its first command); truncate N (ends it after N bytes of reply); bytes (replies byte by byte, a
# millisecond apart); garbage TEXT (instead of the reply); half_close (shuts its sending side); refuse (no listening
# socket); answer {command or verb => raw reply}: "GET session:epoch", then "GET", then "*", is looked up;
# the generation of a store stays the same unless its own command is there, and PING repeats what it is given unless
# "barrier" is there.
#
#   $proxy->only('CLIENT');    # mode and cut from now on: connections that have sent that command; '!CLIENT': the others
package FaultProxy;

use strict;
use warnings;

use Carp qw(croak);
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();
use Socket qw(AF_UNIX PF_UNSPEC SOCK_STREAM SO_LINGER SOL_SOCKET);
use Time::HiRes qw(sleep time);

use Workspace qw(free_port patience);

my $json = JSON::PP->new->latin1;

sub new {
    my ($class, %setting) = @_;
    my $self = bless {port => free_port(), target => $setting{target}, owner => $$}, $class;
    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC or croak "socketpair: $!";
    $_->autoflush for $ours, $theirs;
    $self->{pid} = fork // croak "fork: $!";
    if (!$self->{pid}) {
        close $ours;
        eval { FaultProxy::Child->new($self->{port}, $self->{target}, $theirs)->run };
        warn $@ if $@;
        POSIX::_exit(0);
    }
    close $theirs;
    $self->{control} = $ours;
    $self->mode('pass');
    return $self;
}

sub port { $_[0]{port} }
sub address { "127.0.0.1:$_[0]{port}" }
sub directives { "redis @{[ $_[0]->address ]}; redis_connect_timeout 3s; redis_timeout 3s;" }

sub ask {
    my ($self, @message) = @_;
    my $control = $self->{control};
    print $control $json->encode(\@message), "\n";
    IO::Select->new($control)->can_read(patience(10)) or croak 'the proxy is dead';
    return $json->decode(scalar <$control> // croak 'the proxy is dead');
}

# In force when it returns.
sub mode {
    my ($self, @mode) = @_;
    $RedisServer::emptied = 1 if $mode[0] eq 'garbage';    # nobody knows what it says of the generation
    $self->ask('mode', @mode);
}
sub answer { my ($self, $answers) = @_; $self->ask('mode', 'answer', $answers) }

# Whom it concerns; nothing: all.
sub only { my ($self, $verb) = @_; $self->ask('only', $verb // '') }

# Ends all connections with a reset.
sub cut { $_[0]->ask('cut') }

# Connections accepted so far; open now; the commands that came, each as one line, without those that look whether the server
# is the one that it was and its replies are in step; how many reads they came in.
sub accepted { $_[0]->ask('state')->{accepted} }
sub open_connections { $_[0]->ask('state')->{open} }
sub commands { grep { !/:generation|run_id|^PING \x16/ } @{$_[0]->ask('state')->{commands}} }
sub reads { $_[0]->ask('state')->{reads} }
sub forget { $_[0]->ask('forget') }

sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    kill KILL => $pid;
    waitpid $pid, 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->stop if $self->{owner} == $$;
}

package FaultProxy::Child;

use strict;
use warnings;

use Socket qw(IPPROTO_TCP SOL_SOCKET SO_LINGER TCP_NODELAY);
use Time::HiRes qw(sleep time);

sub new {
    my ($class, $port, $target, $control) = @_;
    my $self = bless {port => $port, target => $target, control => $control, mode => ['pass'], peers => {},
        due => [], accepted => 0, commands => [], reads => 0}, $class;
    $self->listen;
    return $self;
}

sub listen {
    my ($self) = @_;
    $self->{listener} //= IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $self->{port},
        Listen => 64, ReuseAddr => 1) or die "listen: $!";
}

sub run {
    my ($self) = @_;
    while (1) {
        my @watched = ($self->{control}, grep { defined } $self->{listener},
            map { @$_{qw(client server)} } values %{$self->{peers}});
        my $wait = @{$self->{due}} ? $self->{due}[0][0] - time : 1;
        for my $socket (IO::Select->new(@watched)->can_read($wait > 0 ? $wait : 0)) {
            if ($socket == $self->{control}) { $self->obey }
            elsif ($self->{listener} && $socket == $self->{listener}) { $self->accept }
            else { $self->carry($socket) }
        }
        while (@{$self->{due}} && $self->{due}[0][0] <= time) {
            my (undef, $pair, $bytes) = @{shift @{$self->{due}}};
            $pair->{waiting}--;
            syswrite $pair->{client}, $bytes if defined fileno $pair->{client};
        }
    }
}

sub obey {
    my ($self) = @_;
    my $control = $self->{control};
    my $line = <$control> // POSIX::_exit(0);
    my ($what, @rest) = @{$json->decode($line)};
    my $answer = {};
    if ($what eq 'mode') {
        $self->{mode} = \@rest;
        if ($rest[0] eq 'refuse') { close delete $self->{listener} if $self->{listener}; $self->cut }
        else { $self->listen }
    }
    elsif ($what eq 'only') { $self->{only} = $rest[0] }
    elsif ($what eq 'cut') { $self->cut }
    elsif ($what eq 'forget') { @$self{qw(commands reads accepted)} = ([], 0, 0) }
    else {
        my %open = map { $_->{client} => 1 } values %{$self->{peers}};
        $answer = {accepted => $self->{accepted}, open => scalar keys %open, commands => $self->{commands},
            reads => $self->{reads}};
    }
    print $control $json->encode($answer), "\n";
}

sub accept {
    my ($self) = @_;
    my $client = $self->{listener}->accept or return;
    $self->{accepted}++;
    my $server = $self->{target} && IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{target});
    setsockopt $_, IPPROTO_TCP, TCP_NODELAY, 1 for grep {$_} $client, $server;
    my $pair = {client => $client, server => $server || undef, input => '', waiting => 0};
    $self->{peers}{fileno $_} = $pair for grep { defined } @$pair{qw(client server)};
    $self->end($pair) if $self->{target} && !$server;
}

sub end {
    my ($self, $pair, $reset) = @_;
    setsockopt $pair->{client}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0) if $reset;
    for my $socket (grep { defined } @$pair{qw(client server)}) {
        delete $self->{peers}{fileno $socket};
        close $socket;
    }
}

sub cut {
    my ($self) = @_;
    while (my ($pair) = grep { $self->concerns($_) } values %{$self->{peers}}) { $self->end($pair, 'reset') }
}

sub concerns {
    my ($self, $pair) = @_;
    my ($not, $verb) = ($self->{only} // '') =~ /^(!?)(\w+)/ or return 1;
    return $not ? !$pair->{said}{$verb} : $pair->{said}{$verb};
}

sub carry {
    my ($self, $socket) = @_;
    my $pair = defined fileno $socket ? $self->{peers}{fileno $socket} : undef;
    return unless $pair;
    sysread $socket, my $bytes, 65536 or return $self->end($pair);
    return $self->reply($pair, $bytes) if $socket != $pair->{client};
    $self->{reads}++;
    my @commands = $self->parse($pair, $bytes);
    push @{$self->{commands}}, @commands;
    /^(\S+)/ and $pair->{said}{$1} = 1 for @commands;
    my ($mode, $detail) = $self->concerns($pair) ? @{$self->{mode}} : 'pass';
    return if $mode eq 'silent';
    return $self->end($pair) if $mode eq 'close';
    return shutdown $pair->{client}, 1 if $mode eq 'half_close';
    return syswrite $pair->{client}, $detail if $mode eq 'garbage';
    return syswrite $pair->{client}, join '', map { $self->invent($_, $detail) } @commands if $mode eq 'answer';
    syswrite $pair->{server}, $bytes if $pair->{server};
}

sub invent {
    my ($self, $command, $answers) = @_;
    my ($verb) = $command =~ /^(\S+)/;
    return "\$1\r\ng\r\n" if $command =~ /^GET \S*generation/ && !defined $answers->{$command};
    return $answers->{barrier} // '$' . length($1) . "\r\n$1\r\n" if $command =~ /^PING (.+)/;
    return $answers->{$command} // $answers->{$verb} // $answers->{'*'} // "\$-1\r\n";
}

# The whole commands in what came so far, words joined by blanks.
sub parse {
    my ($self, $pair, $bytes) = @_;
    $pair->{input} .= $bytes;
    my @commands;
    while ($pair->{input} =~ /^\*(\d+)\r\n/) {
        my ($count, $at, @words) = ($1, $+[0]);
        while (@words < $count) {
            substr($pair->{input}, $at) =~ /^\$(\d+)\r\n/ or return @commands;
            my $start = $at + $+[0];
            return @commands if length $pair->{input} < $start + $1 + 2;
            push @words, substr $pair->{input}, $start, $1;
            $at = $start + $1 + 2;
        }
        substr $pair->{input}, 0, $at, '';
        push @commands, join ' ', @words;
    }
    return @commands;
}

sub reply {
    my ($self, $pair, $bytes) = @_;
    my ($mode, $detail, $most) = $self->concerns($pair) ? @{$self->{mode}} : 'pass';
    my $client = $pair->{client};
    return if $mode eq 'drop';
    ($mode, $detail) = ('delay', $detail + rand($most - $detail)) if $mode eq 'jitter';
    if ($mode eq 'delay' || $pair->{waiting} && $mode eq 'pass') {
        # no reply overtakes another of its connection, whatever the mode has become
        my $at = time + ($mode eq 'delay' ? $detail / 1000 : 0);
        $at = $pair->{due} if $pair->{waiting} && $pair->{due} > $at;
        $pair->{due} = $at;
        $pair->{waiting}++;
        @{$self->{due}} = sort { $a->[0] <=> $b->[0] } @{$self->{due}}, [$at, $pair, $bytes];
    }
    elsif ($mode eq 'bytes') { for (split //, $bytes) { syswrite $client, $_; sleep 0.001 } }
    elsif ($mode eq 'truncate') {
        syswrite $client, substr $bytes, 0, $detail;
        $self->end($pair);
    }
    else { syswrite $client, $bytes }
}

1;
