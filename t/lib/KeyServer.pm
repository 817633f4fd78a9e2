# An identity provider's server of keys on a loopback port: serves what it was told last, and remembers what was asked.
#
#   my $keys = KeyServer->new;
#   $keys->serve(jwk_set(['rsa', 'one']));              # a body; more: status => 500, delay => seconds, headers => '…'
#   $keys->location;                                    # for nginx: location = /jwks { … }
#   $keys->requests;                                    # the heads of the requests, in their order
package KeyServer;

use strict;
use warnings;

use Carp qw(croak);
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(sleep);

use Workspace qw(folder write_file read_file);

my $count = 0;
my @all;

sub new {
    my ($class) = @_;
    my $self = bless {owner => $$, name => 'keys' . ++$count}, $class;
    $self->serve('{}');
    write_file("$self->{name}.requests", '');
    $self->{socket} = IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1', ReuseAddr => 1) or croak "listen: $!";
    $self->{port} = $self->{socket}->sockport;
    push @all, $self;
    return $self->start;
}

sub start {
    my ($self) = @_;
    $self->{socket} //= IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1', LocalPort => $self->{port},
        ReuseAddr => 1) or croak "listen: $!";
    $self->{pid} = fork // croak "fork: $!";
    unless ($self->{pid}) {
        $SIG{$_} = 'DEFAULT' for qw(TERM INT);
        $SIG{CHLD} = 'IGNORE';
        $self->answer(scalar $self->{socket}->accept) while 1;
    }
    close delete $self->{socket};
    return $self;
}

# Each request in a process of its own: a slow answer holds up nobody.
sub answer {
    my ($self, $client) = @_;
    return if !$client || fork;
    my $head = '';
    while ($head !~ /\r\n\r\n/) { sysread $client, $head, 4096, length $head or last }
    open my $log, '>>', folder() . "/$self->{name}.requests";
    syswrite $log, $head;
    my ($delay, $response) = split /\n/, read_file(folder() . "/$self->{name}.response"), 2;
    sleep $delay;
    print $client $response;
    close $client;
    POSIX::_exit(0);
}

sub serve {
    my ($self, $body, %how) = @_;
    my $status = $how{status} // 200;
    my $length = length $body;
    my $headers = $how{headers} // "Content-Length: $length\r\n";
    my $delay = $how{delay} // 0;
    my $temporary = write_file("$self->{name}.new", "$delay\nHTTP/1.1 $status Whatever\r\nContent-Type: application/json\r\n"
            . "${headers}Connection: close\r\n\r\n$body");
    rename $temporary, folder() . "/$self->{name}.response";
    return $self;
}

sub port { $_[0]{port} }
sub location { "location = /jwks { internal; proxy_pass http://127.0.0.1:$_[0]{port}/keys; }" }
sub requests { my ($self) = @_; my @heads = split /(?<=\r\n\r\n)/, read_file(folder() . "/$self->{name}.requests"); return @heads }

sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    kill TERM => $pid;
    waitpid $pid, 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->stop if $self->{owner} == $$;
}
END { local $?; $_->DESTROY for @all }

1;
