# HTTP over a plain or TLS socket, as exact as a test needs it: any bytes, pipelining, aborts.
package Client;

use strict;
use warnings;

use Carp qw(croak);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::SSL ();
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes qw(time);

use Workspace qw(patience read_file write_file);

# Options: port, tls (1), timeout in seconds.
sub connect {
    my ($class, %option) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $option{port}, Timeout => 5)
        or croak "connect to port $option{port}: $!";
    if ($option{tls}) {
        IO::Socket::SSL->start_SSL($socket, SSL_verify_mode => 0, SSL_hostname => 'localhost')
            or croak "TLS: $IO::Socket::SSL::SSL_ERROR";
    }
    binmode $socket;
    return bless {socket => $socket, input => '', timeout => patience($option{timeout} // 10)}, $class;
}

sub send {
    my ($self, $bytes) = @_;
    my $sent = 0;
    while ($sent < length $bytes) {
        my $count = syswrite $self->{socket}, $bytes, length($bytes) - $sent, $sent;
        return unless $count;
        $sent += $count;
    }
    return $self;
}

# More input, or false: the end, or no patience left.
sub fill {
    my ($self, $end) = @_;
    my $socket = $self->{socket};
    my $buffered = $socket->can('pending') && $socket->pending;
    my $left = $end - time;
    return if !$buffered && ($left <= 0 || !IO::Select->new($socket)->can_read($left));
    return sysread($socket, $self->{input}, 65536, length $self->{input});
}

# The next response on the connection, or undef where the server closed it or stays silent.
# Options: head (it answers a HEAD), timeout.
sub response {
    my ($self, %option) = @_;
    my $end = time + ($option{timeout} ? patience($option{timeout}) : $self->{timeout});
    until ($self->{input} =~ /\r\n\r\n/) { $self->fill($end) or return }
    $self->{input} =~ s/^(.*?\r\n)\r\n//s;
    my $response = Response->new($1);
    return $self->response(%option) if $response->status =~ /^1/ && $response->status != 101;
    return $response if $option{head} || $response->status =~ /^(?:101|204|304)$/;
    $response->{body} = $self->body($response, $end);
    return $response;
}

sub body {
    my ($self, $response, $end) = @_;
    return $self->chunks($end) if ($response->header('Transfer-Encoding') // '') =~ /chunked/i;
    my $length = $response->header('Content-Length');
    1 while (!defined $length || length $self->{input} < $length) && $self->fill($end);
    return substr $self->{input}, 0, $length // length $self->{input}, '';
}

sub chunks {
    my ($self, $end) = @_;
    my $body = '';
    while (1) {
        my $line;
        until (($line) = $self->{input} =~ /^([0-9a-fA-F]+[^\n]*\n)/) { $self->fill($end) or return $body }
        my ($size, $start) = (hex $line =~ s/[^0-9a-fA-F].*//sr, length $line);
        while (length $self->{input} < $start + $size + 2) { $self->fill($end) or return $body }
        $body .= substr $self->{input}, $start, $size;
        substr $self->{input}, 0, $start + $size + 2, '';
        return $body unless $size;
    }
}

# Whether the server closes the connection within the seconds, without another byte.
sub closed {
    my ($self, $seconds) = @_;
    my $end = time + patience($seconds // 5);
    my $got = $self->fill($end);
    return defined $got && $got == 0 && $self->{input} eq '';
}

sub close { $_[0]{socket}->close }

# Gone with a reset instead of a farewell.
sub abort {
    my ($self) = @_;
    setsockopt $self->{socket}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
    CORE::close $self->{socket};
}

# A request as text. Headers are "Name: value"; Host and Connection are added where absent. A hash
# among them holds options: body, version.
sub format_request {
    my ($method, $path, @headers) = @_;
    my %option = map {%$_} grep { ref } @headers;
    @headers = grep { !ref } @headers;
    unshift @headers, 'Host: localhost' unless grep {/^Host:/i} @headers;
    push @headers, 'Connection: close' unless grep {/^Connection:/i} @headers;
    push @headers, 'Content-Length: ' . length $option{body} if defined $option{body};
    my $version = $option{version} // '1.1';
    return join("\r\n", "$method $path HTTP/$version", @headers, '', '') . ($option{body} // '');
}

# HTTP/2 by curl: method, path and headers as above; options port, tls, body.
sub http2 {
    my ($port, $method, $path, @headers) = @_;
    my %option = map {%$_} grep { ref } @headers;
    my $head = write_file("curl.head.$$", '');    # and trailers, behind it
    my @command = ('curl', '-sS', '-D', $head, '--max-time', patience(10), '-X', $method, '--path-as-is');
    push @command, $option{tls} ? ('-k', '--http2') : '--http2-prior-knowledge';
    push @command, '--head', '-o', '/dev/null' if $method eq 'HEAD';
    push @command, '--data-binary', '@' . write_file('body', $option{body}) if defined $option{body};
    push @command, map { ('-H', $_) } grep { !ref } @headers;
    push @command, ($option{tls} ? 'https' : 'http') . "://127.0.0.1:$port$path";
    open my $pipe, '-|:raw', @command or croak "curl: $!";
    local $/;
    my $output = <$pipe> // '';
    CORE::close $pipe;
    read_file($head) =~ /^(.*?\r\n)\r\n/s or return;
    my $response = Response->new($1);
    $response->{body} = $output;
    return $response;
}

package Response;

use strict;
use warnings;

use JSON::PP ();

sub new {
    my ($class, $head) = @_;
    my ($first, @lines) = split /\r\n/, $head;
    my ($protocol, $status) = $first =~ m{^(HTTP/\S+) (\d{3})};
    my @headers = map { [/^([^:]*):\s*(.*)$/] } @lines;
    return bless {head => $head, protocol => $protocol, status => $status, headers => \@headers,
        body => ''}, $class;
}

sub status { $_[0]{status} // 0 }
sub body { $_[0]{body} }
sub head { $_[0]{head} }
sub protocol { $_[0]{protocol} }

# All values of a header, in order; the first of them.
sub headers {
    my ($self, $name) = @_;
    return map { $_->[1] } grep { lc($_->[0] // '') eq lc $name } @{$self->{headers}};
}
sub header { ($_[0]->headers($_[1]))[0] }

sub json { eval { JSON::PP->new->utf8->decode($_[0]{body}) } // {} }

# What the module said of the session: every answer of the kit's nginx carries $session_status.
sub reason { $_[0]->header('X-Reason') // '' }

# Status and reason in one, as tables of expectations have them: "401 expired".
sub answer { join ' ', $_[0]->status, $_[0]->reason }

1;
