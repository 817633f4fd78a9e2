# Sessions as an application begins them, and the cookies that come of it.
#
#   my $nginx = Nginx->new(backend => login_backend(), …);      # with a location /login { session_issue app; … }
#   my $user = log_in($nginx, '/login', 'X-Login: 42');         # {access, refresh, cookie, sid}
package Sessions;

use strict;
use warnings;

use Exporter qw(import);
use JSON::PP ();
use MIME::Base64 qw(decode_base64url);

use Workspace qw(keep_secret);

our @EXPORT = qw(login_backend log_in cookies_of payload jose_header given status_of);

# Logs in whom X-Login names, with X-Claims and X-Tenant; more locations may be given.
sub login_backend {
    return 'location / { return 200 $http_x_echo; }
        location /login { add_header X-Session-User $http_x_login; add_header X-Session-Claims $http_x_claims;
            add_header X-Session-Tenant $http_x_tenant; return 200 in; }' . join '', @_;
}

sub decode { JSON::PP->new->utf8->decode(decode_base64url($_[0])) }
sub payload { decode((split /\./, $_[0])[1]) }
sub jose_header { decode((split /\./, $_[0])[0]) }

# The cookies of a response: name => {value, path => …, 'max-age' => …, secure => ''}.
sub cookies_of {
    my ($response) = @_;
    my %cookies;
    for my $line ($response->headers('Set-Cookie')) {
        my ($pair, @attributes) = split /; /, $line;
        my ($name, $value) = $pair =~ /^([^=]+)=(.*)$/ or die "no cookie: $line";
        die "$name is set twice" if $cookies{$name};
        keep_secret($value, $value =~ /([^.]+)$/);
        $cookies{$name} = {value => $value, map { /^([^=]+)=?(.*)$/ ? (lc $1 => $2) : () } @attributes};
    }
    return \%cookies;
}

# What a response gave: the tokens in its cookies, the header that sends them back, the session.
sub given {
    my ($response) = @_;
    my $cookies = cookies_of($response);
    my %got = (access => $cookies->{access_token}{value}, refresh => $cookies->{refresh_token}{value});
    $got{cookie} = 'Cookie: ' . join '; ', map {"${_}_token=$got{$_}"} grep { $got{$_} } qw(access refresh);
    $got{"only_$_"} = "Cookie: ${_}_token=" . ($got{$_} // '') for qw(access refresh);
    $got{sid} = payload($got{access})->{sid} if $got{access};
    return \%got;
}

sub log_in {
    my ($nginx, $path, @headers) = @_;
    my $response = $nginx->get($path, @headers);
    die 'no login: ' . $response->answer . "\n" . $nginx->log unless $response->status == 200;
    return given($response);
}

# The counters of a realm, from /status.
sub status_of {
    my ($nginx, $realm) = @_;
    return $nginx->get('/status')->json->{realms}{$realm // 'app'};
}

1;
