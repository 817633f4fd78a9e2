# A DNS server on loopback whose answers a test changes.
#
#   my $names = Names->new(ttl => 1);
#   $names->set('redis.test' => '127.0.0.1', '127.0.0.2');    # none: the name does not exist
#   Nginx->new(http => $names->resolver, …);
package Names;

use strict;
use warnings;

use Carp qw(croak);
use IO::Socket::INET;
use POSIX ();
use Socket qw(inet_aton);

use Workspace qw(folder read_file write_file);

my $count = 0;
my @all;

sub new {
    my ($class, %setting) = @_;
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Proto => 'udp')
        or croak "socket: $!";
    my $self = bless {ttl => 1, %setting, port => $socket->sockport, file => folder() . '/names' . ++$count,
        hosts => {}, owner => $$}, $class;
    $self->write;
    $self->{pid} = fork // croak "fork: $!";
    unless ($self->{pid}) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP ALRM);
        $self->serve($socket);
    }
    push @all, $self;
    return $self;
}

sub resolver { "resolver 127.0.0.1:$_[0]{port} ipv6=off; resolver_timeout 2s;" }

sub set {
    my ($self, $host, @addresses) = @_;
    $self->{hosts}{$host} = \@addresses;
    $self->write;
}

sub write {
    my ($self) = @_;
    write_file($self->{file}, join '', map {"$_ @{$self->{hosts}{$_}}\n"} sort keys %{$self->{hosts}});
}

sub serve {
    my ($self, $socket) = @_;
    while (1) {
        my $from = recv($socket, my $query, 512, 0) or next;
        my ($id, undef, $questions) = unpack 'nnn', $query;
        my ($name, $place) = ('', 12);
        while (my $length = ord substr $query, $place, 1) {
            $name .= ($name eq '' ? '' : '.') . substr $query, $place + 1, $length;
            $place += $length + 1;
        }
        my $question = substr $query, 12, $place + 5 - 12;
        my ($known) = read_file($self->{file}) =~ /^\Q$name\E (.+)$/m;
        my @answers = unpack('n', substr $question, -4) == 1 ? split / /, $known // '' : ();
        my $reply = pack('nnnnnn', $id, defined $known ? 0x8180 : 0x8183, 1, scalar @answers, 0, 0) . $question;
        $reply .= pack('nnnNn/a', 0xc00c, 1, 1, $self->{ttl}, inet_aton($_)) for @answers;
        send $socket, $reply, 0, $from;
    }
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    return unless $self->{owner} == $$ && $self->{pid};
    kill KILL => $self->{pid};
    waitpid delete $self->{pid}, 0;
}
END { local $?; $_->DESTROY for @all }

1;
