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

use NodeProcess;
use Npm;
use Workspace qw(free_port);

sub new {
    my ($class) = @_;
    my $self = bless {port => free_port(), folder => Npm::modules('ws@8.18.3')}, $class;
    $self->{process} = NodeProcess->new($self->{folder}, 'live_app.mjs', $self->{port});
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
    return LiveApp::Sockets->new(NodeProcess->new($self->{folder}, 'live_sockets.mjs'));
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
