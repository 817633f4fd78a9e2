# A running application with responses that do not end by themselves, and WebSockets that stay open, both by the library
# "ws"; see live_app.mjs and live_sockets.mjs.
#
#   my $app = LiveApp->new;
#   … backend => undef, proxy_pass http://@{[ $app->address ]}; …
#   $app->tells('end socket');                       # whether it does, within seconds
#   my $sockets = $app->sockets;
#   $sockets->open($port, '/socket', $cookie);       # "open", "refused 401"
#   $sockets->say(0, 'hello');                       # "said 42: hello"
#   $sockets->event(0);                              # the next one, "closed 1006", or undef
package LiveApp;

use strict;
use warnings;

use Carp qw(croak);
use File::Basename qw(dirname);
use POSIX ();

use Npm;
use Workspace qw(read_file free_port);

my $kit = dirname(__FILE__);

sub new {
    my ($class) = @_;
    my $self = bless {port => free_port(), folder => Npm::modules('ws@8.18.3')}, $class;
    $self->{process} = LiveApp::Process->new($self->{folder}, "$kit/live_app.mjs", $self->{port});
    $self->tells('ready') or croak 'the application does not start';
    return $self;
}

sub address { "127.0.0.1:$_[0]{port}" }

sub tells {
    my ($self, $words, $seconds) = @_;
    return defined $self->{process}->line(qr/^\Q$words\E$/, $seconds // 5);
}

# A location for each kind of response.
sub location {
    my ($self, $path, @directives) = @_;
    return "location $path { auth_session app; @directives proxy_pass http://@{[ $self->address ]}; proxy_http_version 1.1;
        proxy_set_header Upgrade \$http_upgrade; proxy_set_header Connection \$http_connection;
        proxy_set_header X-User \$session_user; }";
}

sub sockets {
    my ($self) = @_;
    return LiveApp::Sockets->new(LiveApp::Process->new($self->{folder}, "$kit/live_sockets.mjs"));
}

package LiveApp::Process;

use IO::Select;
use IPC::Open2 qw(open2);
use Time::HiRes qw(time);

use Workspace qw(patience);

sub new {
    my ($class, $folder, $script, @arguments) = @_;
    my $source = Workspace::read_file($script);
    my $pid = open2(my $from, my $to, 'sh', '-c', 'cd "$1" && shift && source=$1 && shift &&
        exec node --input-type=module --eval "$source" -- "$@"', 'sh', $folder, $source, @arguments);
    $to->autoflush(1);
    return bless {pid => $pid, from => $from, to => $to, owner => $$, lines => [], rest => ''}, $class;
}

sub send { my ($self, $line) = @_; print {$self->{to}} "$line\n" }

# The first line that came and matches, taken from the others; undef when the seconds are over.
sub line {
    my ($self, $pattern, $seconds) = @_;
    my $end = time + patience($seconds);
    while (1) {
        for my $i (0 .. $#{$self->{lines}}) {
            return splice @{$self->{lines}}, $i, 1 if $self->{lines}[$i] =~ $pattern;
        }
        my $left = $end - time;
        return if $left <= 0 || !IO::Select->new($self->{from})->can_read($left);
        sysread $self->{from}, $self->{rest}, 65536, length $self->{rest} or return;
        push @{$self->{lines}}, $1 while $self->{rest} =~ s/^(.*)\n//;
    }
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    return unless $self->{owner} == $$ && $self->{pid};
    kill TERM => $self->{pid};
    waitpid delete $self->{pid}, 0;
}

package LiveApp::Sockets;

use JSON::PP ();

sub new { my ($class, $process) = @_; bless {process => $process, count => 0}, $class }

sub open {
    my ($self, $port, $path, @headers) = @_;
    my $scheme = grep({ ref && $_->{tls} } @headers) ? 'wss' : 'ws';
    my %headers = map { split /: /, $_, 2 } grep { !ref } @headers;
    $self->{process}->send(JSON::PP->new->encode({url => "$scheme://127.0.0.1:$port$path", headers => \%headers}));
    return $self->event($self->{count}++);
}

sub say {
    my ($self, $number, $words) = @_;
    $self->{process}->send(JSON::PP->new->encode({number => $number, say => $words}));
    return $self->event($number);
}

sub event {
    my ($self, $number, $seconds) = @_;
    my $line = $self->{process}->line(qr/^$number /, $seconds // 5) // return;
    return $line =~ s/^$number //r;
}

1;
